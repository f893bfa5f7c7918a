//! The children of radix nodes that have several: what the tree stands on.
//!
//! A fork is a block of 2, 4, 8 ... or 256 ways, one for each first byte, and
//! lies in the arena of its size, so that the word that names it says where it
//! is and a step down costs the misses of one block. Only the tree calls this;
//! it never looks at nodes.

/// Says which node a way leads to, or the fork below it; see [`FORK`].
pub type Way = u32;

/// Leads nowhere.
pub const NONE: Way = 0;
/// Marks a way as a fork's name: three bits of class and 28 of index, enough
/// for the children of 16 GiB of nodes. Without it the way is a node.
pub const FORK: Way = 1 << 31;

const CLASS: u32 = 28;
const INDEX: u32 = (1 << CLASS) - 1;
/// Ends the list of free blocks.
const END: u32 = u32::MAX;
/// Most ways that a fork has when it moves: those that fill the block before
/// the last.
const MOVED: usize = 128;

/// The forks of a tree.
#[derive(Default)]
pub struct Forks {
    of2: Arena<Block<2>>,
    of4: Arena<Block<4>>,
    of8: Arena<Block<8>>,
    of16: Arena<Block<16>>,
    of32: Arena<Block<32>>,
    of64: Arena<Block<64>>,
    of128: Arena<Block<128>>,
    of256: Arena<Wide>,
}

/// Does the same with the arena of whatever class.
macro_rules! of_class {
    ($class:expr, $forks:ident, $arena:ident => $do:expr) => {
        of_class!(@ $class, $forks, (&), $arena => $do)
    };
    ($class:expr, mut $forks:ident, $arena:ident => $do:expr) => {
        of_class!(@ $class, $forks, (&mut), $arena => $do)
    };
    (@ $class:expr, $forks:ident, ($($by:tt)+), $arena:ident => $do:expr) => {
        match $class {
            0 => { let $arena = $($by)+ $forks.of2; $do }
            1 => { let $arena = $($by)+ $forks.of4; $do }
            2 => { let $arena = $($by)+ $forks.of8; $do }
            3 => { let $arena = $($by)+ $forks.of16; $do }
            4 => { let $arena = $($by)+ $forks.of32; $do }
            5 => { let $arena = $($by)+ $forks.of64; $do }
            6 => { let $arena = $($by)+ $forks.of128; $do }
            _ => { let $arena = $($by)+ $forks.of256; $do }
        }
    };
}

fn class_of(fork: Way) -> u32 {
    (fork & !FORK) >> CLASS
}

fn index(fork: Way) -> usize {
    (fork & INDEX) as usize
}

impl Forks {
    /// The way for this byte, or NONE.
    #[inline]
    pub fn find(&self, fork: Way, first: u8) -> Way {
        of_class!(class_of(fork), self, arena => arena.blocks[index(fork)].find(first))
    }

    /// The first way for `from` or a greater byte, with its byte.
    pub fn next(&self, fork: Way, from: u16) -> Option<(u8, Way)> {
        of_class!(class_of(fork), self, arena => arena.blocks[index(fork)].next(from))
    }

    /// The node that has this fork.
    pub fn owner(&self, fork: Way) -> u32 {
        of_class!(class_of(fork), self, arena => *arena.blocks[index(fork)].owner())
    }

    /// Makes the smallest fork.
    pub fn make(&mut self, owner: u32) -> Way {
        self.make_of(0, owner)
    }

    /// Adds a way for a byte that has none. The fork's name may change.
    pub fn add(&mut self, mut fork: Way, first: u8, way: Way) -> Way {
        while !of_class!(class_of(fork), mut self, arena => {
            arena.blocks[index(fork)].add(first, way)
        }) {
            fork = self.move_to(class_of(fork) + 1, fork);
        }
        fork
    }

    /// Leads a byte that has a way elsewhere.
    pub fn replace(&mut self, fork: Way, first: u8, way: Way) {
        of_class!(class_of(fork), mut self, arena => arena.blocks[index(fork)].replace(first, way));
    }

    /// Removes a way. The fork's name may change; a fork with one way left goes
    /// and that way stands for it.
    pub fn remove(&mut self, fork: Way, first: u8) -> Way {
        let (len, room) = of_class!(class_of(fork), mut self, arena => {
            let block = &mut arena.blocks[index(fork)];
            block.remove(first);
            block.used()
        });
        if len == 1 {
            let only = self.next(fork, 0).map_or(NONE, |(_, way)| way);
            self.release(fork);
            return if only & FORK != 0 { self.owner(only) } else { only };
        }
        // Half of the smaller block stays free, so that the next few additions
        // do not bring the larger one back.
        if len <= room / 4 { self.move_to(class_of(fork) - 1, fork) } else { fork }
    }

    fn make_of(&mut self, class: u32, owner: u32) -> Way {
        let index = of_class!(class, mut self, arena => arena.add(owner));
        FORK | class << CLASS | index
    }

    fn move_to(&mut self, class: u32, fork: Way) -> Way {
        let new = self.make_of(class, self.owner(fork));
        let (mut bytes, mut ways) = ([0; MOVED], [NONE; MOVED]);
        let len = of_class!(class_of(fork), self, arena => {
            arena.blocks[index(fork)].save(&mut bytes, &mut ways)
        });
        of_class!(class, mut self, arena => {
            arena.blocks[index(new)].load(&bytes[..len], &ways[..len]);
        });
        self.release(fork);
        new
    }

    #[cfg(all(test, not(loom)))]
    pub fn used(&self) -> [usize; 8] {
        [0, 1, 2, 3, 4, 5, 6, 7].map(|class| of_class!(class, self, arena => arena.used))
    }

    fn release(&mut self, fork: Way) {
        of_class!(class_of(fork), mut self, arena => arena.release(fork & INDEX));
    }
}

/// Blocks of one size.
struct Arena<B> {
    blocks: Vec<B>,
    /// The first free block, or END; each tells the next in place of its owner.
    free: u32,
    used: usize,
}

impl<B> Default for Arena<B> {
    fn default() -> Self {
        Arena { blocks: Vec::new(), free: END, used: 0 }
    }
}

impl<B: Fork> Arena<B> {
    fn add(&mut self, owner: u32) -> u32 {
        self.used += 1;
        if self.free == END {
            self.blocks.push(B::new(owner));
            return (self.blocks.len() - 1) as u32;
        }
        let index = self.free;
        let block = &mut self.blocks[index as usize];
        self.free = *block.owner();
        *block = B::new(owner);
        index
    }

    fn release(&mut self, index: u32) {
        self.used -= 1;
        if self.used == 0 {
            *self = Arena::default();
        } else {
            self.blocks[index as usize] = B::new(self.free);
            self.free = index;
        }
    }
}

/// A block of ways.
trait Fork {
    fn new(owner: u32) -> Self;
    fn owner(&self) -> &u32;
    fn find(&self, first: u8) -> Way;
    fn next(&self, from: u16) -> Option<(u8, Way)>;
    /// Adds a way for a byte that has none. False: there is no room.
    fn add(&mut self, first: u8, way: Way) -> bool;
    fn replace(&mut self, first: u8, way: Way);
    fn remove(&mut self, first: u8);
    /// Writes the bytes and ways down in order, and tells how many.
    fn save(&self, bytes: &mut [u8; MOVED], ways: &mut [Way; MOVED]) -> usize;
    /// Fills a new block with what was saved.
    fn load(&mut self, bytes: &[u8], ways: &[Way]);
    /// How many ways there are, and how many there can be.
    fn used(&self) -> (usize, usize);
}

/// The ways are sorted by byte; behind them, the bytes are the greatest and the
/// ways NONE.
#[repr(C)]
struct Block<const N: usize> {
    owner: u32,
    bytes: [u8; N],
    ways: [Way; N],
}

impl<const N: usize> Block<N> {
    /// Number of smaller bytes. Counted without a branch: for 16 bytes, one
    /// comparison of a vector and one sum.
    #[inline]
    fn place(&self, first: u8) -> usize {
        usize::from(self.bytes.iter().map(|byte| u8::from(*byte < first)).sum::<u8>())
    }

    fn len(&self) -> usize {
        self.ways.iter().filter(|way| **way != NONE).count()
    }
}

impl<const N: usize> Fork for Block<N> {
    fn new(owner: u32) -> Self {
        Block { owner, bytes: [u8::MAX; N], ways: [NONE; N] }
    }

    fn owner(&self) -> &u32 {
        &self.owner
    }

    #[inline]
    fn find(&self, first: u8) -> Way {
        let place = self.place(first);
        // N is a power of two; the mask saves the comparison of an index that
        // is N only when all bytes are smaller.
        let place = place & (N - 1);
        if self.bytes[place] == first { self.ways[place] } else { NONE }
    }

    fn next(&self, from: u16) -> Option<(u8, Way)> {
        let place = self.place(u8::try_from(from).ok()?);
        let way = *self.ways.get(place)?;
        (way != NONE).then(|| (self.bytes[place], way))
    }

    fn add(&mut self, first: u8, way: Way) -> bool {
        let (place, len) = (self.place(first), self.len());
        if len == N {
            return false;
        }
        self.bytes.copy_within(place..len, place + 1);
        self.ways.copy_within(place..len, place + 1);
        (self.bytes[place], self.ways[place]) = (first, way);
        true
    }

    fn replace(&mut self, first: u8, way: Way) {
        let place = self.place(first);
        self.ways[place] = way;
    }

    fn remove(&mut self, first: u8) {
        let place = self.place(first);
        self.bytes.copy_within(place + 1.., place);
        self.ways.copy_within(place + 1.., place);
        (self.bytes[N - 1], self.ways[N - 1]) = (u8::MAX, NONE);
    }

    fn save(&self, bytes: &mut [u8; MOVED], ways: &mut [Way; MOVED]) -> usize {
        bytes[..N].copy_from_slice(&self.bytes);
        ways[..N].copy_from_slice(&self.ways);
        self.len()
    }

    fn load(&mut self, bytes: &[u8], ways: &[Way]) {
        self.bytes[..bytes.len()].copy_from_slice(bytes);
        self.ways[..ways.len()].copy_from_slice(ways);
    }

    fn used(&self) -> (usize, usize) {
        (self.len(), N)
    }
}

/// Has a place for every byte.
struct Wide {
    owner: u32,
    len: u32,
    ways: [Way; 256],
}

impl Fork for Wide {
    fn new(owner: u32) -> Self {
        Wide { owner, len: 0, ways: [NONE; 256] }
    }

    fn owner(&self) -> &u32 {
        &self.owner
    }

    #[inline]
    fn find(&self, first: u8) -> Way {
        self.ways[usize::from(first)]
    }

    fn next(&self, from: u16) -> Option<(u8, Way)> {
        (u8::try_from(from).ok()?..=u8::MAX)
            .map(|first| (first, self.find(first)))
            .find(|(_, way)| *way != NONE)
    }

    fn add(&mut self, first: u8, way: Way) -> bool {
        self.ways[usize::from(first)] = way;
        self.len += 1;
        true
    }

    fn replace(&mut self, first: u8, way: Way) {
        self.ways[usize::from(first)] = way;
    }

    fn remove(&mut self, first: u8) {
        self.ways[usize::from(first)] = NONE;
        self.len -= 1;
    }

    fn save(&self, bytes: &mut [u8; MOVED], ways: &mut [Way; MOVED]) -> usize {
        let used = (0..=u8::MAX).zip(&self.ways).filter(|(_, way)| **way != NONE);
        let places = bytes.iter_mut().zip(ways);
        places.zip(used).map(|((byte, place), used)| (*byte, *place) = (used.0, *used.1)).count()
    }

    fn load(&mut self, bytes: &[u8], ways: &[Way]) {
        for (first, way) in bytes.iter().zip(ways) {
            self.add(*first, *way);
        }
    }

    fn used(&self) -> (usize, usize) {
        (self.len as usize, 256)
    }
}
