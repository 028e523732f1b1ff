use super::*;

#[test]
#[ignore = "measures"]
fn measure() {
    let path = std::env::var("SHEET").unwrap();
    let began = std::time::Instant::now();
    let workbook = Workbook::open(File::open(&path).unwrap(), Path::new(&path), 32_000_000, Limits::default()).unwrap().unwrap();
    println!("{:?} {:?}", workbook.sheets(), began.elapsed());
    let mut rows = workbook.rows(0, 0..MOST_COLUMNS).unwrap();
    println!("{:?}", began.elapsed());
    let (mut n, mut bytes) = (0, 0);
    loop {
        match rows.next().unwrap() {
            Next::Row(row) => {
                if n < 3 || n % 300_000 == 0 {
                    let c: Vec<_> = row.cells().map(|(_, t)| String::from_utf8_lossy(t).into_owned()).collect();
                    println!("{c:?}");
                }
                n += 1;
                bytes += row.cells().map(|(_, t)| t.len()).sum::<usize>();
            }
            Next::End => break,
            _ => {}
        }
    }
    println!("{n} {bytes} {:?} {:?} {:?}", began.elapsed(), rows.counts(), crate::platform::peak_memory());
}
