// Does with clickhouse-go over HTTP what an analyst's program does, and prints what came of it as one line of JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math/big"
	"os"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Row has every column type of the project.
type Row struct {
	ID         uuid.UUID           `ch:"id"`
	Kind       string              `ch:"kind"`
	At         time.Time           `ch:"at"`
	Day        time.Time           `ch:"day"`
	Price      decimal.Decimal     `ch:"price"`
	Total      decimal.Decimal     `ch:"total"`
	Note       *string             `ch:"note"`
	Fee        decimal.NullDecimal `ch:"fee"`
	Tags       []string            `ch:"tags"`
	Attributes map[string]string   `ch:"attributes"`
	Lines      []Line              `ch:"lines"`
	Paid       bool                `ch:"paid"`
	U8         uint8               `ch:"u8"`
	U16        uint16              `ch:"u16"`
	U32        uint32              `ch:"u32"`
	U64        uint64              `ch:"u64"`
	U128       *big.Int            `ch:"u128"`
	I32        int32               `ch:"i32"`
	I64        int64               `ch:"i64"`
}

type Line struct {
	ProductID string `ch:"product_id"`
	Quantity  uint8  `ch:"quantity"`
}

func main() {
	address, user, password := os.Args[1], os.Args[2], os.Args[3]
	ctx := context.Background()
	result := map[string]any{}
	for name, method := range map[string]clickhouse.CompressionMethod{
		"lz4": clickhouse.CompressionLZ4, "zstd": clickhouse.CompressionZSTD, "gzip": clickhouse.CompressionGZIP, "none": clickhouse.CompressionNone,
	} {
		connection := connect(address, user, password, method, nil)
		must(connection.Ping(ctx))
		count, sum := stream(ctx, connection)
		result["streamed_"+name] = []string{fmt.Sprint(count), fmt.Sprint(sum)}
		must(connection.Close())
	}
	connection := connect(address, user, password, clickhouse.CompressionLZ4, nil)
	version, err := connection.ServerVersion()
	must(err)
	result["server"] = version.Version.String()
	result["databases"] = texts(ctx, connection, "SHOW DATABASES")
	result["tables"] = texts(ctx, connection, "SELECT name FROM system.tables WHERE database = 'shop' AND name = 'every_type'")
	result["columns"] = texts(ctx, connection, "SELECT concat(name, ' ', type) FROM system.columns WHERE table = 'every_type' ORDER BY position")
	var rows []Row
	must(connection.Select(ctx, &rows, "SELECT * FROM shop.every_type WHERE u64 = {big:UInt64}", clickhouse.Named("big", "18446744073709551615")))
	result["row"] = normalise(rows[0])
	batch, err := connection.PrepareBatch(ctx, "INSERT INTO shop.copied_go")
	must(err)
	for i := range 1000 {
		rows[0].U32 = uint32(i)
		must(batch.AppendStruct(&rows[0]))
	}
	must(batch.Send())
	result["bad_sql"] = codeOf(connection.Exec(ctx, "SELECT 1 +"))
	result["no_table"] = codeOf(connection.QueryRow(ctx, "SELECT * FROM shop.nowhere").Err())
	result["late_error"] = codeOf(drain(ctx, connection))
	result["wrong_password"] = codeOf(connect(address, user, "wrong", clickhouse.CompressionLZ4, nil).Ping(ctx))
	session := connect(address, user, password, clickhouse.CompressionLZ4, clickhouse.Settings{"session_id": "go"})
	must(session.Exec(ctx, "CREATE TEMPORARY TABLE mine (n UInt8)"))
	must(session.Exec(ctx, "INSERT INTO mine VALUES (5)"))
	result["temporary"] = texts(ctx, session, "SELECT toString(n) FROM mine")
	must(json.NewEncoder(os.Stdout).Encode(result))
}

func connect(address, user, password string, method clickhouse.CompressionMethod, settings clickhouse.Settings) driver.Conn {
	connection, err := clickhouse.Open(&clickhouse.Options{
		Protocol:    clickhouse.HTTP,
		Addr:        []string{address},
		Auth:        clickhouse.Auth{Database: "default", Username: user, Password: password},
		Compression: &clickhouse.Compression{Method: method, Level: 3},
		Settings:    settings,
	})
	must(err)
	return connection
}

func stream(ctx context.Context, connection driver.Conn) (count, sum uint64) {
	rows, err := connection.Query(ctx, "SELECT number, toString(number) AS text FROM numbers(200000)")
	must(err)
	for rows.Next() {
		var n uint64
		var text string
		must(rows.Scan(&n, &text))
		count++
		sum += n
	}
	must(rows.Err())
	return count, sum
}

func drain(ctx context.Context, connection driver.Conn) error {
	rows, err := connection.Query(ctx, "SELECT throwIf(number = 3000000) FROM numbers(4000000)")
	if err != nil {
		return err
	}
	for rows.Next() {
	}
	return rows.Err()
}

func texts(ctx context.Context, connection driver.Conn, query string) []string {
	rows, err := connection.Query(ctx, query)
	must(err)
	list := []string{}
	for rows.Next() {
		var text string
		must(rows.Scan(&text))
		list = append(list, text)
	}
	must(rows.Err())
	return list
}

func normalise(row Row) map[string]any {
	lines := [][]string{}
	for _, line := range row.Lines {
		lines = append(lines, []string{line.ProductID, fmt.Sprint(line.Quantity)})
	}
	var fee any
	if row.Fee.Valid {
		fee = row.Fee.Decimal.StringFixed(4)
	}
	return map[string]any{
		"id": row.ID.String(), "kind": row.Kind, "at": row.At.UTC().Format("2006-01-02 15:04:05.000"),
		"day": row.Day.Format("2006-01-02"), "price": row.Price.StringFixed(4), "total": row.Total.StringFixed(4),
		"note": row.Note, "fee": fee, "tags": row.Tags, "attributes": row.Attributes, "lines": lines, "paid": row.Paid,
		"u8": fmt.Sprint(row.U8), "u16": fmt.Sprint(row.U16), "u32": fmt.Sprint(row.U32), "u64": fmt.Sprint(row.U64),
		"u128": row.U128.String(), "i32": fmt.Sprint(row.I32), "i64": fmt.Sprint(row.I64),
	}
}

// The number that ClickHouse gave, or what else there was.
func codeOf(err error) string {
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		return fmt.Sprint(exception.Code)
	}
	return fmt.Sprint(err)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
