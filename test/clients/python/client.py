"""Does with clickhouse-connect what an analyst's notebook does, and prints what came of it as one line of JSON."""

import json
import sys
from datetime import timezone

import clickhouse_connect
import pyarrow
from clickhouse_connect.driver.exceptions import DatabaseError

HOST, PORT, USER, PASSWORD = sys.argv[1:5]


def connect(password=PASSWORD, **options):
    return clickhouse_connect.get_client(
        host=HOST, port=int(PORT), username=USER, password=password, **options
    )


def normalise(row):
    plain = {name: str(row[name]) for name in ("id", "day", "price", "total")}
    numbers = {name: str(int(row[name])) for name in ("u8", "u16", "u32", "u64", "u128", "i32", "i64")}
    at = row["at"].astimezone(timezone.utc) if row["at"].tzinfo else row["at"]
    lines = [list(line.values()) if isinstance(line, dict) else list(line) for line in row["lines"]]
    return {
        **plain,
        **numbers,
        "kind": row["kind"],
        "at": at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
        "note": row["note"],
        "fee": None if row["fee"] is None else str(row["fee"]),
        "tags": list(row["tags"]),
        "attributes": dict(row["attributes"]),
        "lines": [[product_id, str(quantity)] for product_id, quantity in lines],
        "paid": bool(row["paid"]),
    }


def code_of(work):
    try:
        work()
    except DatabaseError as error:
        return str(getattr(error, "code", None) or str(error).split("code ")[-1].split(",")[0])
    return "none"


def stream(client):
    count = total = 0
    with client.query_row_block_stream("SELECT number, toString(number) FROM numbers(200000)") as blocks:
        for block in blocks:
            count += len(block)
            total += sum(row[0] for row in block)
    return [str(count), str(total)]


def late_error(client):
    with client.query_row_block_stream("SELECT throwIf(number = 3000000) FROM numbers(4000000)") as blocks:
        for _ in blocks:
            pass


def temporary(client):
    client.command("CREATE TEMPORARY TABLE mine (n UInt8)")
    client.insert("mine", [[5]], column_names=["n"])
    return [str(n) for (n,) in client.query("SELECT n FROM mine").result_rows]


def main():
    result = {}
    for compression in ("lz4", "zstd", "gzip", False):
        with_compression = connect(compress=compression)
        assert with_compression.ping()
        result[f"streamed_{compression or 'none'}"] = stream(with_compression)
        with_compression.insert("shop.numbers_python", [[n] for n in range(1000)], column_names=["n"])
        with_compression.close()
    client = connect()
    result["server"] = client.server_version
    result["databases"] = [name for (name,) in client.query("SHOW DATABASES").result_rows]
    result["tables"] = [
        name for (name,) in client.query("SHOW TABLES FROM shop LIKE 'every_type'").result_rows
    ]
    described = client.query("DESCRIBE TABLE shop.every_type", settings={"print_pretty_type_names": 0})
    result["columns"] = [" ".join(row[:2]) for row in described.result_rows]
    query = client.query("SELECT * FROM shop.every_type WHERE u64 = {big:UInt64}", parameters={"big": 2**64 - 1})
    row = next(iter(query.named_results()))
    result["row"] = normalise(row)
    rows = [[*(i if name == "u32" else row[name] for name in query.column_names)] for i in range(1000)]
    summary = client.insert("shop.copied_python", rows, column_names=list(query.column_names))
    result["written_rows"] = str(summary.written_rows)
    frame = client.query_df("SELECT number AS n, toDecimal64(number, 4) AS price FROM numbers(1000)")
    client.insert_df("shop.numbers_python", frame[["n"]])
    result["frame"] = [str(len(frame)), str(frame["n"].sum())]
    table = client.query_arrow("SELECT number AS n FROM numbers(1000)")
    client.insert_arrow("shop.numbers_python", pyarrow.table({"n": table["n"]}))
    result["arrow"] = [str(table.num_rows), str(sum(table["n"].to_pylist()))]
    client.raw_insert("shop.numbers_python", column_names=["n"], insert_block="1\n2\n", fmt="CSV")
    result["bad_sql"] = code_of(lambda: client.query("SELECT 1 +"))
    result["no_table"] = code_of(lambda: client.query("SELECT * FROM shop.nowhere"))
    result["late_error"] = code_of(lambda: late_error(client))
    result["wrong_password"] = code_of(lambda: connect(password="wrong"))
    result["temporary"] = temporary(client)
    external = clickhouse_connect.driver.external.ExternalData(
        file_name="wanted.csv", fmt="CSV", structure="n UInt8", data=b"1\n2\n"
    )
    result["external"] = [str(n) for (n,) in client.query("SELECT n FROM wanted", external_data=external).result_rows]
    print(json.dumps(result))


main()
