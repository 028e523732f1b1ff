//! One pass over the sources: blocks come in, every column converts its cells and encodes them, row groups go out.
//!
//! Three kinds of threads work at once. The reader cuts and indexes blocks; the workers take one column after the
//! other, the most expensive first, and convert and encode its cells of a few blocks; the writer appends finished
//! row groups. Columns share nothing, so they need no locks but the one that hands them to a worker. What waits
//! between the threads is bounded in bytes: the queue of blocks, and one row group.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use parquet::errors::ParquetError;

use super::budget::Budget;
use super::column::Column;
use super::encode::{EncodedChunk, OpenPages, Scratch};
use super::inputs::Inputs;
use super::output::{ParquetOutput, parquet_error};
use super::strays::{Spool, Stray};
use crate::progress::{Phase, Snapshot, Throttle};
use crate::receipt::LINES_KEPT;
use crate::records::{Block, ReaderStats, Reason, Receiver, SourceLine, bounded_in_bytes};
use crate::{Cancel, Compression, Error};

/// What a pass needs to know.
pub(crate) struct Pass<'a> {
    pub(crate) inputs: &'a Inputs,
    pub(crate) budget: &'a Budget,
    pub(crate) pool: &'a rayon::ThreadPool,
    pub(crate) cancel: &'a Cancel,
    pub(crate) phase: Phase,
    /// 1 for the first pass over the sources, 2 for the second.
    pub(crate) number: u8,
    /// The codec of the pages.
    pub(crate) codec: Compression,
    /// The rows of each row group, where they are given; else a row group ends when its memory is used up.
    pub(crate) group_rows: Option<&'a [u64]>,
}

/// What a pass found.
pub(crate) struct PassResult {
    pub(crate) columns: Vec<Column>,
    /// What was learnt of each file.
    pub(crate) stats: Vec<ReaderStats>,
    /// The rows of each row group.
    pub(crate) group_rows: Vec<u64>,
    /// Rows with more fields than columns, and the source lines of the first hundred.
    pub(crate) long: u64,
    pub(crate) long_lines: Vec<SourceLine>,
    /// Records that are no rows of the table, by the reason: how many, and the source lines of the first hundred.
    pub(crate) aside: BTreeMap<Reason, (u64, Vec<SourceLine>)>,
    /// How many of them are in each file; files after the last that has any are left out.
    aside_in: Vec<u64>,
}

impl PassResult {
    /// Records that are no rows of the table.
    pub(crate) fn rows_set_aside(&self) -> u64 {
        self.set_aside_in().iter().sum()
    }

    /// Records of each file that are no rows of the table.
    pub(crate) fn set_aside_in(&self) -> Vec<u64> {
        let aside = self.aside_in.iter().copied().chain(std::iter::repeat(0));
        (self.stats.iter().zip(aside))
            .map(|(stats, aside)| stats.oversized.len() as u64 + aside)
            .collect()
    }

    /// Rows of the table.
    pub(crate) fn rows(&self) -> u64 {
        self.stats.iter().map(|stats| stats.rows).sum()
    }

    /// Blank lines.
    pub(crate) fn blank(&self) -> u64 {
        self.stats.iter().map(|stats| stats.blank).sum()
    }

    /// Rows with fewer fields than columns.
    pub(crate) fn short(&self) -> u64 {
        self.stats.iter().map(|stats| stats.short).sum()
    }

    /// The first hundred of the lines that `of` gives for each file.
    pub(crate) fn lines<'a, I: Iterator<Item = u64> + 'a>(
        &'a self,
        of: impl Fn(&'a ReaderStats) -> I + 'a,
    ) -> Vec<SourceLine> {
        (0..)
            .zip(&self.stats)
            .flat_map(|(file, stats)| of(stats).map(move |line| SourceLine { file, line }))
            .take(LINES_KEPT)
            .collect()
    }
}

/// A column with what came of it.
struct Work {
    column: Column,
    /// The column's part of a row group that is done.
    chunk: Option<EncodedChunk>,
    strays: Vec<Stray>,
    /// What its last blocks took, to begin with the most expensive column next time.
    cost: Duration,
    error: Option<ParquetError>,
}

impl Work {
    /// Converts the column's cells.
    fn convert(&mut self, blocks: &[(Block, Range<usize>)], scratch: &mut Scratch) {
        let started = Instant::now();
        for (block, rows) in blocks {
            let converted = self
                .column
                .convert(block, rows.clone(), &mut self.strays, scratch);
            if let Err(error) = converted {
                self.error = Some(error);
                return;
            }
        }
        self.cost = started.elapsed();
    }

    /// Ends the column's part of the open row group.
    fn close(&mut self, scratch: &mut Scratch) {
        match self.column.close(scratch) {
            Ok(chunk) => self.chunk = Some(chunk),
            Err(error) => self.error = Some(error),
        }
    }
}

impl Pass<'_> {
    /// Converts the given columns of the source into `output`.
    pub(crate) fn run(
        &self,
        columns: Vec<Column>,
        output: ParquetOutput,
        spool: &mut Spool,
        progress: &mut Throttle,
    ) -> Result<PassResult, Error> {
        let (block_sender, blocks) = bounded_in_bytes(self.budget.queue);
        let (recycle, recycled) = crossbeam_channel::bounded(8);
        // A row group waits for the writer only in the hands of the one who gives it.
        let (group_sender, groups) = crossbeam_channel::bounded::<Vec<EncodedChunk>>(0);
        let bytes_done = AtomicU64::new(0);
        let work = columns
            .into_iter()
            .map(|column| {
                Mutex::new(Work {
                    column,
                    chunk: None,
                    strays: Vec::new(),
                    cost: Duration::ZERO,
                    error: None,
                })
            })
            .collect();
        let open_pages = Arc::new(OpenPages::default());
        let scratches = (0..self.pool.current_num_threads())
            .map(|_| Scratch::new(self.codec, Arc::clone(&open_pages)).map(Mutex::new))
            .collect::<io::Result<_>>()
            .map_err(|cause| Error::Parquet(cause.to_string()))?;
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || {
                self.inputs
                    .read(self.budget.block, block_sender, &recycled, self.cancel)
            });
            let mut output = output;
            let path = output.path().to_owned();
            let done = &bytes_done;
            let writing = scope.spawn(move || {
                for chunks in groups {
                    let needed = estimate(
                        output.bytes_written(),
                        done.load(Ordering::Relaxed),
                        self.inputs.bytes,
                    );
                    output.append(chunks, needed)?;
                }
                Ok(output)
            });
            let mut conversion = Conversion {
                pass: self,
                work,
                scratches,
                open_pages,
                path,
                rows_in_group: 0,
                group_rows: Vec::new(),
                rows: 0,
                long: 0,
                long_lines: Vec::new(),
                aside: BTreeMap::new(),
                aside_in: Vec::new(),
            };
            let converted = conversion.run(
                blocks,
                &recycle,
                &group_sender,
                spool,
                progress,
                &bytes_done,
            );
            drop(group_sender);
            // Whoever failed first tells why; the others only noticed that somebody was gone.
            let stats = join(reading);
            let output = join(writing);
            let (stats, output) = match (converted, stats, output) {
                (Err(Error::Cancelled), _, Err(error)) if !self.cancel.is_cancelled() => {
                    return Err(error);
                }
                (Err(Error::Cancelled), Err(error), _) if !self.cancel.is_cancelled() => {
                    return Err(error);
                }
                (Err(error), _, _) => return Err(error),
                (Ok(()), stats, output) => (stats?, output?),
            };
            let columns: Vec<Column> = conversion
                .work
                .into_iter()
                .map(|work| {
                    let mut column = unlock(work).column;
                    column.fit();
                    column
                })
                .collect();
            output.finish(columns.iter().map(|column| column.column_type))?;
            Ok(PassResult {
                columns,
                stats,
                group_rows: conversion.group_rows,
                long: conversion.long,
                long_lines: conversion.long_lines,
                aside: conversion.aside,
                aside_in: conversion.aside_in,
            })
        })
    }
}

fn unlock<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn join<T>(handle: std::thread::ScopedJoinHandle<Result<T, Error>>) -> Result<T, Error> {
    // A panic of a thread is a fault of this program; it goes on in the one that waits for it.
    handle
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Bytes that the whole output will need, judged by what the part so far needed.
fn estimate(written: u64, done: u64, total: u64) -> u64 {
    if done == 0 {
        total
    } else {
        (written as f64 * total as f64 / done as f64) as u64
    }
}

/// The middle of a pass: takes blocks, lets the workers convert them, and closes row groups.
struct Conversion<'a> {
    pass: &'a Pass<'a>,
    work: Vec<Mutex<Work>>,
    /// One for each worker thread.
    scratches: Vec<Mutex<Scratch>>,
    open_pages: Arc<OpenPages>,
    path: std::path::PathBuf,
    rows_in_group: u64,
    group_rows: Vec<u64>,
    rows: u64,
    long: u64,
    long_lines: Vec<SourceLine>,
    aside: BTreeMap<Reason, (u64, Vec<SourceLine>)>,
    aside_in: Vec<u64>,
}

impl Conversion<'_> {
    /// Rows after which a row group ends, whatever its size.
    const MOST_ROWS: u64 = 1_048_576;

    fn run(
        &mut self,
        blocks: Receiver<Block>,
        recycle: &crossbeam_channel::Sender<Block>,
        groups: &crossbeam_channel::Sender<Vec<EncodedChunk>>,
        spool: &mut Spool,
        progress: &mut Throttle,
        bytes_done: &AtomicU64,
    ) -> Result<(), Error> {
        while let Some(first) = blocks.recv() {
            let mut batch = vec![first];
            while batch.len() < self.pass.budget.blocks_at_once {
                let Some(next) = blocks.try_recv() else { break };
                batch.push(next);
            }
            let source_end = batch
                .iter()
                .map(|block| block.source_end)
                .max()
                .unwrap_or(0);
            if self.pass.number == 1 {
                self.set_surplus_aside(&batch, spool)?;
                self.set_records_aside(&batch, spool)?;
            }
            let batch: Vec<_> = batch
                .into_iter()
                .map(|block| {
                    let rows = 0..block.index.rows();
                    (block, rows)
                })
                .collect();
            for block in self.convert(batch, groups)? {
                // A block that grew for one large record is given up rather than kept.
                if block.bytes.capacity() <= 2 * self.pass.budget.block {
                    let _ = recycle.try_send(block);
                }
            }
            self.spool_strays(spool)?;
            bytes_done.store(source_end, Ordering::Relaxed);
            progress.report(self.snapshot(source_end));
        }
        if self.pass.cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        self.close_group(groups)?;
        progress.report_now(self.snapshot(self.pass.inputs.bytes));
        Ok(())
    }

    fn snapshot(&self, bytes_done: u64) -> Snapshot {
        Snapshot {
            phase: self.pass.phase,
            bytes_done: bytes_done.min(self.pass.inputs.bytes),
            bytes_total: self.pass.inputs.bytes,
            rows: self.rows,
        }
    }

    /// Converts the rows of the blocks, ending row groups where they end; gives the blocks back.
    fn convert(
        &mut self,
        mut blocks: Vec<(Block, Range<usize>)>,
        groups: &crossbeam_channel::Sender<Vec<EncodedChunk>>,
    ) -> Result<Vec<Block>, Error> {
        match self.pass.group_rows {
            None => {
                self.convert_rows(&blocks)?;
                let memory = |work: &mut Mutex<Work>| locked(work).column.memory();
                let memory: usize = self.work.iter_mut().map(memory).sum();
                if memory > self.pass.budget.row_group || self.rows_in_group >= Self::MOST_ROWS {
                    self.close_group(groups)?;
                }
            }
            Some(group_rows) => {
                // Block by block, so that a row group may end inside one.
                for i in 0..blocks.len() {
                    let all = blocks[i].1.clone();
                    let mut from = all.start;
                    while from < all.end {
                        let wanted = group_rows
                            .get(self.group_rows.len())
                            .copied()
                            .unwrap_or(u64::MAX);
                        let room =
                            (wanted - self.rows_in_group).min((all.end - from) as u64) as usize;
                        blocks[i].1 = from..from + room;
                        self.convert_rows(&blocks[i..=i])?;
                        from += room;
                        if self.rows_in_group == wanted {
                            self.close_group(groups)?;
                        }
                    }
                }
            }
        }
        Ok(blocks.into_iter().map(|(block, _)| block).collect())
    }

    /// Lets the workers convert these rows, one column after the other.
    fn convert_rows(&mut self, blocks: &[(Block, Range<usize>)]) -> Result<(), Error> {
        let rows: u64 = blocks.iter().map(|(_, rows)| rows.len() as u64).sum();
        if rows == 0 {
            return Ok(());
        }
        let work = &self.work;
        let mut order: Vec<usize> = (0..work.len()).collect();
        order.sort_by_key(|&i| std::cmp::Reverse(lock(&work[i]).cost));
        let next = AtomicUsize::new(0);
        let cancel = self.pass.cancel;
        let scratches = &self.scratches;
        let open_pages = &self.open_pages;
        open_pages.begin(scratches.len());
        self.pass.pool.broadcast(|thread| {
            let worker = open_pages.worker();
            let mut scratch = lock(&scratches[thread.index()]);
            while let Some(&i) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                if cancel.is_cancelled() {
                    return;
                }
                lock(&work[i]).convert(blocks, &mut scratch);
            }
            worker.help(&mut scratch);
        });
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        for work in &mut self.work {
            let work = locked(work);
            let error = work.error.take().or(work.column.take_back().err());
            if let Some(error) = error {
                return Err(parquet_error(&self.path, error, 0));
            }
        }
        self.rows += rows;
        self.rows_in_group += rows;
        Ok(())
    }

    /// Encodes what the columns still hold and hands the row group to the writer.
    fn close_group(
        &mut self,
        groups: &crossbeam_channel::Sender<Vec<EncodedChunk>>,
    ) -> Result<(), Error> {
        if self.rows_in_group == 0 {
            return Ok(());
        }
        let work = &self.work;
        let next = AtomicUsize::new(0);
        let cancel = self.pass.cancel;
        let scratches = &self.scratches;
        self.pass.pool.broadcast(|thread| {
            let mut scratch = lock(&scratches[thread.index()]);
            while let Some(work) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                if cancel.is_cancelled() {
                    return;
                }
                lock(work).close(&mut scratch);
            }
        });
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let mut chunks = Vec::with_capacity(self.work.len());
        for work in &mut self.work {
            let work = locked(work);
            if let Some(error) = work.error.take() {
                return Err(parquet_error(&self.path, error, 0));
            }
            chunks.extend(work.chunk.take());
        }
        groups.send(chunks).map_err(|_| Error::Cancelled)?;
        self.group_rows.push(self.rows_in_group);
        self.rows_in_group = 0;
        Ok(())
    }

    /// Keeps what stands in the rows after the last column.
    fn set_surplus_aside(&mut self, blocks: &[Block], spool: &mut Spool) -> Result<(), Error> {
        for block in blocks {
            self.long += block.index.long.len() as u64;
            for surplus in &block.index.long {
                let text = &block.bytes[surplus.start as usize..surplus.end as usize];
                if self.long_lines.len() < LINES_KEPT {
                    self.long_lines
                        .push(block.source_line(surplus.row as usize));
                }
                // Nothing but delimiters says nothing.
                if text.iter().any(|&byte| byte != block.separator) {
                    let stray = Stray {
                        row: Some(block.first_row + u64::from(surplus.row) + 1),
                        at: block.source_line(surplus.row as usize),
                        column: None,
                        text: text.to_vec(),
                        reason: Reason::Surplus,
                    };
                    spool
                        .push(&stray, self.pass.number)
                        .map_err(|cause| Error::writing(&self.path, cause, 0))?;
                }
            }
        }
        Ok(())
    }

    /// Keeps the records that are no rows of the table.
    fn set_records_aside(&mut self, blocks: &[Block], spool: &mut Spool) -> Result<(), Error> {
        let all =
            (blocks.iter()).flat_map(|block| block.aside.iter().map(move |aside| (block, aside)));
        for (block, aside) in all {
            let at = block.in_source(aside.line);
            let (count, lines) = self.aside.entry(aside.reason).or_default();
            *count += 1;
            if lines.len() < LINES_KEPT {
                lines.push(at);
            }
            let file = at.file as usize;
            if self.aside_in.len() <= file {
                self.aside_in.resize(file + 1, 0);
            }
            self.aside_in[file] += 1;
            let stray = Stray {
                row: None,
                at,
                column: None,
                text: aside.text.clone(),
                reason: aside.reason,
            };
            spool
                .push(&stray, self.pass.number)
                .map_err(|cause| Error::writing(&self.path, cause, 0))?;
        }
        Ok(())
    }

    fn spool_strays(&mut self, spool: &mut Spool) -> Result<(), Error> {
        for work in &mut self.work {
            for stray in locked(work).strays.drain(..) {
                spool
                    .push(&stray, self.pass.number)
                    .map_err(|cause| Error::writing(&self.path, cause, 0))?;
            }
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn locked<T>(mutex: &mut Mutex<T>) -> &mut T {
    mutex.get_mut().unwrap_or_else(PoisonError::into_inner)
}
