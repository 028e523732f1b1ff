use buzz_ingest::*;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let out = std::env::args().nth(2).unwrap();
    let t = std::time::Instant::now();
    let options = Options {
        profile: std::env::var("NOPROFILE").is_err(),
        ..Options::default()
    };
    for table in tables(path.as_ref(), &options).unwrap() {
        println!(
            "{:?} {:?} rows {:?} {:?}",
            table.id, table.visibility, table.rows, table.columns
        );
    }
    println!("tables {:?}", t.elapsed());
    let t = std::time::Instant::now();
    let output = Output {
        data: format!("{out}.parquet").into(),
        strays: format!("{out}.strays.parquet").into(),
    };
    for f in [&output.data, &output.strays] {
        let _ = std::fs::remove_file(f);
    }
    match convert(path.as_ref(), &output, &options, &Silent, &Cancel::new()) {
        Ok(done) => {
            let r = done.receipt;
            println!(
                "{} preamble {} header {} read {} written {} blank {} aside {} seconds {} peak {:?}",
                r.format,
                r.preamble_rows,
                r.header_rows,
                r.rows_read,
                r.rows_written,
                r.rows_blank,
                r.rows_set_aside,
                r.seconds,
                r.peak_memory_bytes
            );
            for c in &r.columns {
                println!(
                    "  {} {} nulls {} strays {} {:?} {:?}",
                    c.name, c.sql_type, c.nulls, c.strays, c.format, c.notes
                );
            }
            for w in &r.warnings {
                println!("  ! {} {}", w.kind, w.message);
            }
        }
        Err(e) => println!("ERROR {} {e}", e.code()),
    }
    println!("{:?}", t.elapsed());
}
