//! Tables of pages that the caches of one run leave to those of the next. A table has room for all pages up to the
//! greatest key, some megabytes, of which a run writes a few entries. A new one is zeroed as a whole where the
//! allocator reuses memory, which takes longer than a short run. So a table is cleared entry by entry and kept, by each
//! thread for itself.

use std::cell::RefCell;
use std::collections::BTreeSet;

/// Tables with fewer pages are not kept: they are zeroed soon.
const LEAST: usize = 1 << 10;

/// How many pages the tables that a thread keeps may have together. Each takes 12 bytes.
const MOST: usize = 1 << 22;

/// What there is for every page.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// The first place of the page; 0 for a page that is missing.
    pub(super) first: Vec<u32>,
    /// A bit for every key that is stored.
    pub(super) stored: Vec<u64>,
}

thread_local! {
    /// Tables in which no page exists.
    static KEPT: RefCell<Vec<Table>> = const { RefCell::new(Vec::new()) };
}

impl Table {
    /// A table for so many pages, none of which exists.
    pub(super) fn new(pages: usize) -> Table {
        // Of exactly this length: what a cache reports as its memory must not depend on the runs before.
        let kept = |tables: &mut Vec<Table>| {
            let found = tables.iter().rposition(|table| table.first.len() == pages)?;
            Some(tables.swap_remove(found))
        };
        let kept = KEPT.try_with(|tables| kept(&mut tables.borrow_mut())).ok().flatten();
        kept.unwrap_or_else(|| Table { first: vec![0; pages], stored: vec![0; pages] })
    }

    /// Clears the pages that exist, and keeps the table for the next cache.
    pub(super) fn leave(mut self, pages: &BTreeSet<usize>) {
        if self.first.len() < LEAST {
            return;
        }
        for &page in pages {
            (self.first[page], self.stored[page]) = (0, 0);
        }
        // While a thread ends, it keeps nothing.
        let _ = KEPT.try_with(|tables| {
            let mut tables = tables.borrow_mut();
            let room: usize = tables.iter().map(|table| table.first.len()).sum();
            if room + self.first.len() <= MOST {
                tables.push(self);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_was_left_is_empty_and_of_the_same_length() {
        let mut table = Table::new(3 * LEAST);
        (table.first[7], table.stored[7], table.first[LEAST]) = (64, 1, 128);
        table.leave(&BTreeSet::from([7, LEAST]));
        for pages in [3 * LEAST, 3 * LEAST + 1] {
            let table = Table::new(pages);
            assert_eq!((table.first.len(), table.stored.len()), (pages, pages));
            assert!(table.first.iter().all(|&first| first == 0));
            assert!(table.stored.iter().all(|&bits| bits == 0));
        }
    }

    #[test]
    fn a_thread_keeps_no_more_than_its_room() {
        for _ in 0..5 {
            let tables: Vec<Table> = (0..5).map(|_| Table::new(MOST / 4)).collect();
            tables.into_iter().for_each(|table| table.leave(&BTreeSet::new()));
        }
        let room = KEPT.with_borrow(|tables| tables.iter().map(|table| table.first.len()).sum());
        assert!((MOST / 4..=MOST).contains::<usize>(&room), "{room}");
    }
}
