import com.clickhouse.client.api.ServerException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;

/** Does with the JDBC driver what an analyst's tool does, and prints what came of it as one line of JSON. */
public class Program {
    private static String url;
    private static final Map<String, Object> RESULT = new TreeMap<>();

    public static void main(String[] args) throws Exception {
        url = "jdbc:clickhouse:" + args[0] + "/default";
        for (String compress : List.of("true", "false")) {
            try (Connection connection = connect(args[1], args[2], Map.of("compress", compress))) {
                RESULT.put("streamed_" + compress, stream(connection));
            }
        }
        Map<String, String> packed = Map.of("compress", "true", "decompress", "true");
        try (Connection connection = connect(args[1], args[2], packed)) {
            readAndWrite(connection);
        }
        try (Connection connection = connect(args[1], "wrong", Map.of())) {
            RESULT.put("wrong_password", codeOf(connection, "SELECT 1"));
        } catch (SQLException error) {
            RESULT.put("wrong_password", codeOf(error));
        }
        Map<String, String> session = Map.of("clickhouse_setting_session_id", "java");
        try (Connection connection = connect(args[1], args[2], session)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TEMPORARY TABLE mine (n UInt8)");
                statement.execute("INSERT INTO mine VALUES (5)");
            }
            RESULT.put("temporary", texts(connection, "SELECT toString(n) FROM mine"));
        }
        System.out.println(json(RESULT));
    }

    private static Connection connect(String user, String password, Map<String, String> options) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(options);
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        return DriverManager.getConnection(url, properties);
    }

    private static void readAndWrite(Connection connection) throws SQLException {
        RESULT.put("valid", connection.isValid(5));
        RESULT.put("server", connection.getMetaData().getDatabaseProductVersion());
        RESULT.put("databases", names(connection.getMetaData().getSchemas(), "TABLE_SCHEM"));
        RESULT.put("tables", names(connection.getMetaData().getTables(null, "shop", "every_type", null), "TABLE_NAME"));
        List<String> columns = new ArrayList<>();
        try (ResultSet rows = connection.getMetaData().getColumns(null, "shop", "every_type", "%")) {
            while (rows.next()) columns.add(rows.getString("COLUMN_NAME") + " " + rows.getString("TYPE_NAME"));
        }
        RESULT.put("columns", columns);
        try (PreparedStatement select = connection.prepareStatement("SELECT * FROM shop.every_type WHERE u8 = ?")) {
            select.setInt(1, 255);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                RESULT.put("row", normalise(row));
                copy(connection, row);
            }
        }
        try (Statement statement = connection.createStatement()) {
            RESULT.put("written_rows", String.valueOf(statement.executeUpdate("INSERT INTO shop.numbers_java VALUES (1), (2)")));
        }
        RESULT.put("bad_sql", codeOf(connection, "SELECT 1 +"));
        RESULT.put("no_table", codeOf(connection, "SELECT * FROM shop.nowhere"));
        RESULT.put("late_error", codeOf(connection, "SELECT throwIf(number = 3000000) FROM numbers(4000000)"));
    }

    private static void copy(Connection connection, ResultSet row) throws SQLException {
        String insert = "INSERT INTO shop.copied_java VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement batch = connection.prepareStatement(insert)) {
            for (int i = 0; i < 1000; i++) {
                batch.setObject(1, row.getObject("id"));
                batch.setString(2, row.getString("kind"));
                batch.setObject(3, row.getObject("at", LocalDateTime.class));
                batch.setObject(4, row.getObject("day", LocalDate.class));
                batch.setBigDecimal(5, row.getBigDecimal("price"));
                batch.setBigDecimal(6, row.getBigDecimal("total"));
                batch.setString(7, row.getString("note"));
                batch.setBigDecimal(8, row.getBigDecimal("fee"));
                batch.setArray(9, row.getArray("tags"));
                batch.setObject(10, row.getObject("attributes"));
                batch.setObject(11, row.getObject("lines"));
                batch.setBoolean(12, row.getBoolean("paid"));
                batch.setInt(13, row.getInt("u8"));
                batch.setInt(14, row.getInt("u16"));
                batch.setLong(15, i);
                batch.setBigDecimal(16, row.getBigDecimal("u64"));
                batch.setBigDecimal(17, row.getBigDecimal("u128"));
                batch.setInt(18, row.getInt("i32"));
                batch.setLong(19, row.getLong("i64"));
                batch.addBatch();
            }
            batch.executeBatch();
        }
    }

    private static Map<String, Object> normalise(ResultSet row) throws SQLException {
        Map<String, Object> values = new TreeMap<>();
        values.put("id", row.getObject("id", UUID.class).toString());
        values.put("kind", row.getString("kind"));
        values.put("at", row.getObject("at", LocalDateTime.class).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS")));
        values.put("day", row.getObject("day", LocalDate.class).toString());
        for (String name : List.of("price", "total")) values.put(name, row.getBigDecimal(name).toPlainString());
        values.put("note", row.getString("note"));
        BigDecimal fee = row.getBigDecimal("fee");
        values.put("fee", fee == null ? null : fee.toPlainString());
        values.put("tags", List.of((Object[]) row.getArray("tags").getArray()));
        values.put("attributes", row.getObject("attributes"));
        List<Object> lines = new ArrayList<>();
        for (Object line : (Object[]) row.getArray("lines").getArray()) {
            Object[] parts = line instanceof java.sql.Struct struct ? struct.getAttributes() : (Object[]) line;
            lines.add(List.of(parts[0], String.valueOf(parts[1])));
        }
        values.put("lines", lines);
        values.put("paid", row.getBoolean("paid"));
        for (String name : List.of("u8", "u16", "u32", "u64", "u128", "i32", "i64")) values.put(name, row.getString(name));
        return values;
    }

    private static List<String> stream(Connection connection) throws SQLException {
        long count = 0;
        long sum = 0;
        try (Statement statement = connection.createStatement();
             ResultSet rows = statement.executeQuery("SELECT number, toString(number) AS text FROM numbers(200000)")) {
            for (; rows.next(); count++) sum += rows.getLong(1);
        }
        return List.of(String.valueOf(count), String.valueOf(sum));
    }

    private static List<String> texts(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(query)) {
            List<String> list = new ArrayList<>();
            while (rows.next()) list.add(rows.getString(1));
            return list;
        }
    }

    private static List<String> names(ResultSet rows, String column) throws SQLException {
        try (rows) {
            List<String> list = new ArrayList<>();
            while (rows.next()) list.add(rows.getString(column));
            return list;
        }
    }

    private static String codeOf(Connection connection, String query) {
        try {
            texts(connection, query);
            return "none";
        } catch (SQLException | RuntimeException error) {
            return codeOf(error);
        }
    }

    /** The number that ClickHouse gave, or what else there was. */
    private static String codeOf(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerException exception) return String.valueOf(exception.getCode());
            if (cause instanceof SQLException exception && exception.getErrorCode() > 0) return String.valueOf(exception.getErrorCode());
        }
        return String.valueOf(error);
    }

    private static String json(Object value) {
        if (value == null || value instanceof Boolean) return String.valueOf(value);
        if (value instanceof Map<?, ?> map) {
            List<String> parts = new ArrayList<>();
            map.forEach((key, entry) -> parts.add(json(key) + ":" + json(entry)));
            return "{" + String.join(",", parts) + "}";
        }
        if (value instanceof List<?> list) return "[" + String.join(",", list.stream().map(Program::json).toList()) + "]";
        return '"' + String.valueOf(value).replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
