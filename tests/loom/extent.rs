//! A stretch of items beside a lane, as a run that grows between two sockets:
//! order over both of its ends, and sleeping within it.

use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;
use zmq::queue::{Consumer, Extent, Producer, Reach, lane};

use super::explore;

/// Stands where bytes would: every access is checked.
#[derive(Default)]
struct Run {
    items: [UnsafeCell<u32>; 2],
    extent: Extent,
}

// SAFETY: what the models show.
unsafe impl Sync for Run {}
// SAFETY: as above.
unsafe impl Send for Run {}

enum Cell {
    Item(u32),
    Run(Arc<Run>),
}

struct Writer {
    lane: Producer<Cell>,
    run: Option<Arc<Run>>,
    filled: usize,
}

impl Writer {
    fn publish(&mut self, cell: Cell) -> bool {
        self.lane.push(cell);
        self.lane.commit();
        self.lane.publish()
    }

    fn put(run: &Run, place: usize, item: u32) -> bool {
        run.items[place].with_mut(|at| unsafe { *at = item });
        run.extent.publish(place as u64 + 1)
    }

    fn begin(&mut self, item: u32) -> bool {
        let run = Arc::new(Run::default());
        let _ = Writer::put(&run, 0, item);
        self.run = Some(run.clone());
        self.filled = 1;
        self.publish(Cell::Run(run))
    }

    fn append(&mut self, item: u32) -> bool {
        let run = self.run.as_ref().unwrap();
        self.filled += 1;
        Writer::put(run, self.filled - 1, item)
    }

    fn cell(&mut self, item: u32) -> bool {
        let sealed = self.run.take().is_some_and(|run| run.extent.seal(self.filled as u64));
        self.publish(Cell::Item(item)) | sealed
    }
}

struct Reader {
    lane: Consumer<Cell>,
    run: Option<(Arc<Run>, usize)>,
}

impl Reader {
    fn read(&mut self) -> Option<u32> {
        loop {
            if let Some((run, seen)) = &mut self.run {
                match run.extent.reach(*seen) {
                    Reach::To(_) => {
                        let item = run.items[*seen].with(|at| unsafe { *at });
                        *seen += 1;
                        return Some(item);
                    }
                    Reach::Nothing => return None,
                    Reach::Sealed => self.run = None,
                }
            }
            match self.lane.pop()? {
                Cell::Item(item) => return Some(item),
                Cell::Run(run) => self.run = Some((run, 0)),
            }
        }
    }

    fn sleep(&mut self) -> bool {
        if let Some((run, seen)) = &self.run {
            if run.extent.sleep(*seen) {
                return true;
            }
            if run.extent.reach(*seen) != Reach::Sealed {
                return false;
            }
            self.run = None;
        }
        self.lane.sleep()
    }
}

fn ends() -> (Writer, Reader) {
    let (producer, consumer) = lane();
    (Writer { lane: producer, run: None, filled: 0 }, Reader { lane: consumer, run: None })
}

#[test]
fn items_come_in_order_through_cells_and_runs() {
    explore(3, || {
        let (mut writer, mut reader) = ends();
        let producer = thread::spawn(move || {
            let _ = writer.cell(0);
            let _ = writer.begin(1);
            let _ = writer.append(2);
            let _ = writer.cell(3);
            writer
        });
        let mut got = Vec::new();
        for _ in 0..3 {
            got.extend(std::iter::from_fn(|| reader.read()));
        }
        let writer = producer.join().unwrap();
        got.extend(std::iter::from_fn(|| reader.read()));
        assert_eq!(got, [0, 1, 2, 3]);
        drop(writer);
    });
}

/// Whoever sleeps, in the lane or in a run, is woken once by what comes next, be
/// it in the run or behind it.
#[test]
fn hazard_1_a_reader_that_sleeps_in_a_run_is_woken() {
    explore(3, || {
        let (mut writer, mut reader) = ends();
        let _ = writer.begin(0);
        let producer = thread::spawn(move || {
            let wakes = [writer.append(1), writer.cell(2)];
            (writer, wakes.iter().filter(|woken| **woken).count())
        });
        let mut got = Vec::new();
        let mut asleep = false;
        for _ in 0..3 {
            got.extend(std::iter::from_fn(|| reader.read()));
            asleep = reader.sleep();
            if asleep {
                break;
            }
        }
        let (_writer, wakes) = producer.join().unwrap();
        let seen = got.len();
        got.extend(std::iter::from_fn(|| reader.read()));
        assert_eq!(got, [0, 1, 2]);
        assert_eq!(wakes, usize::from(asleep && seen < 3), "once, and only with something to read");
    });
}
