//! The one table of socket options: number, name, form, range, who may set it,
//! how it is stored and read, and whether the library obeys it.
//!
//! `Options::set` and `Options::get` interpret it; the COMPAT generator prints
//! it. The rows stand in `rows_*.rs`; nothing outside `options/` writes a row.

use std::sync::LazyLock;

use super::types::Types;
use super::value::{self, Room};
use super::{Options, rows_draft, rows_general, rows_pattern, rows_security};
use crate::errno::{Errno, Result};

/// Which part of `zmq.h` declares the option.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Kind {
    Stable,
    Deprecated,
    Draft,
}

/// The C type of the value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum CType {
    Int,
    Int64,
    Uint64,
    Binary,
    Text,
    /// 32 raw bytes or 40 Z85 characters.
    CurveKey,
}

/// When a new value takes effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Applies {
    /// For what happens from now on, on existing connections too.
    AtOnce,
    /// For binds and connects made later.
    LaterEndpoints,
    /// Nothing to apply: the option can only be read.
    Never,
}

/// Whether the library does what the option says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It does.
    Obeyed,
    /// It does, but not as libzmq in what is named here.
    Differs(&'static str),
    /// There is nothing to obey: the option reports.
    ReadOnly,
    /// Set and get are EINVAL, as in a libzmq built without the feature named here.
    NotBuilt(&'static str),
    /// Accepted and readable, as in libzmq, but about something this build does
    /// not have: named here.
    Inert(&'static str),
    /// The behaviour named here is not written yet; setting it is refused.
    Later(&'static str),
}

/// Inclusive range of an `int` option.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub struct Range {
    pub min: i32,
    pub max: i32,
}

/// Any `int`.
pub const ANY: Range = Range { min: i32::MIN, max: i32::MAX };
/// 0 or 1, nothing else.
pub const BOOL: Range = Range { min: 0, max: 1 };

/// `min` or more.
pub const fn at_least(min: i32) -> Range {
    Range { min, max: i32::MAX }
}

/// How a value is stored.
#[derive(Clone, Copy)]
pub enum Setter {
    /// EINVAL: read-only, not built or not written yet.
    Never,
    /// The socket itself performs it (SUBSCRIBE, UNSUBSCRIBE).
    Action,
    /// An `int` within the row's range.
    Int(fn(&mut Options, i32)),
    /// Eight bytes, handed over as their bits.
    Word(fn(&mut Options, u64)),
    /// Anything else; `None` is a NULL pointer with length 0.
    Bytes(fn(&mut Options, Option<&[u8]>) -> Result<()>),
}

/// How a value is read.
#[derive(Clone, Copy)]
pub enum Getter {
    /// EINVAL: write-only or not built.
    Never,
    /// Only the socket knows; `Options::get` answers EINVAL.
    Socket,
    /// An `int`.
    Int(fn(&Options) -> i32, Room),
    /// Eight bytes.
    Word(fn(&Options) -> u64),
    /// Bytes at their exact length.
    Binary(fn(&Options) -> &[u8]),
    /// Bytes and a NUL.
    Text(fn(&Options) -> &[u8]),
    /// A CURVE key, raw or as Z85 by the length of the buffer.
    Key(fn(&Options) -> &[u8; 32]),
}

/// One option.
#[derive(Clone, Copy)]
#[allow(missing_docs)]
pub struct Row {
    pub id: i32,
    pub name: &'static str,
    pub kind: Kind,
    pub ctype: CType,
    /// Types on which it can be set; on others a set is EINVAL.
    pub types: Types,
    pub range: Range,
    pub set: Setter,
    pub get: Getter,
    pub applies: Applies,
    pub state: State,
}

// Rows are built by chaining these; what a chain leaves out is the common case:
// stable, settable on every type, not readable, for later endpoints, obeyed.
impl Row {
    const fn new(id: i32, name: &'static str, ctype: CType, set: Setter) -> Row {
        Row {
            id,
            name,
            kind: Kind::Stable,
            ctype,
            types: Types::ALL,
            range: ANY,
            set,
            get: Getter::Never,
            applies: Applies::LaterEndpoints,
            state: State::Obeyed,
        }
    }

    pub(super) const fn int(
        id: i32,
        name: &'static str,
        range: Range,
        set: fn(&mut Options, i32),
    ) -> Row {
        let mut row = Row::new(id, name, CType::Int, Setter::Int(set));
        row.range = range;
        row
    }

    pub(super) const fn word(
        id: i32,
        name: &'static str,
        ctype: CType,
        set: fn(&mut Options, u64),
        get: fn(&Options) -> u64,
    ) -> Row {
        let mut row = Row::new(id, name, ctype, Setter::Word(set));
        row.get = Getter::Word(get);
        row
    }

    pub(super) const fn bytes(
        id: i32,
        name: &'static str,
        ctype: CType,
        set: fn(&mut Options, Option<&[u8]>) -> Result<()>,
    ) -> Row {
        Row::new(id, name, ctype, Setter::Bytes(set))
    }

    pub(super) const fn read_only(id: i32, name: &'static str, ctype: CType, get: Getter) -> Row {
        let mut row = Row::new(id, name, ctype, Setter::Never);
        row.get = get;
        row.applies = Applies::Never;
        row.state = State::ReadOnly;
        row
    }

    pub(super) const fn action(id: i32, name: &'static str, types: Types) -> Row {
        Row::new(id, name, CType::Binary, Setter::Action).on(types).at_once()
    }

    pub(super) const fn not_built(
        id: i32,
        name: &'static str,
        ctype: CType,
        reason: &'static str,
    ) -> Row {
        let mut row = Row::new(id, name, ctype, Setter::Never);
        row.applies = Applies::Never;
        row.state = State::NotBuilt(reason);
        row
    }

    pub(super) const fn later(
        id: i32,
        name: &'static str,
        ctype: CType,
        reason: &'static str,
    ) -> Row {
        let mut row = Row::new(id, name, ctype, Setter::Never);
        row.state = State::Later(reason);
        row
    }

    pub(super) const fn reads_int(mut self, get: fn(&Options) -> i32) -> Row {
        self.get = Getter::Int(get, Room::Exact);
        self
    }

    pub(super) const fn reads(mut self, get: Getter) -> Row {
        self.get = get;
        self
    }

    pub(super) const fn on(mut self, types: Types) -> Row {
        self.types = types;
        self
    }

    pub(super) const fn at_once(mut self) -> Row {
        self.applies = Applies::AtOnce;
        self
    }

    pub(super) const fn kind(mut self, kind: Kind) -> Row {
        self.kind = kind;
        self
    }

    pub(super) const fn inert(mut self, reason: &'static str) -> Row {
        self.state = State::Inert(reason);
        self
    }

    pub(super) const fn differs(mut self, how: &'static str) -> Row {
        self.state = State::Differs(how);
        self
    }

    /// Stores `value`; the caller has checked that the type accepts it.
    pub(super) fn store(&self, options: &mut Options, value: Option<&[u8]>) -> Result<()> {
        match self.set {
            Setter::Never | Setter::Action => Err(Errno::EINVAL),
            Setter::Int(set) => {
                let number = value::int(value)?;
                if number < self.range.min || number > self.range.max {
                    return Err(Errno::EINVAL);
                }
                set(options, number);
                Ok(())
            }
            Setter::Word(set) => {
                set(options, value::u64(value)?);
                Ok(())
            }
            Setter::Bytes(set) => set(options, value),
        }
    }

    /// Writes the value into `out`; returns the length the caller shall see.
    pub(super) fn read(&self, options: &Options, out: &mut [u8]) -> Result<usize> {
        match self.get {
            Getter::Never | Getter::Socket => Err(Errno::EINVAL),
            Getter::Int(get, room) => value::put_int(out, get(options), room),
            Getter::Word(get) => value::put_u64(out, get(options)),
            Getter::Binary(get) => value::put_bytes(out, get(options)),
            Getter::Text(get) => value::put_string(out, get(options)),
            Getter::Key(get) => rows_security::put_key(out, get(options)),
        }
    }
}

const PARTS: [&[Row]; 4] =
    [rows_general::ROWS, rows_pattern::ROWS, rows_security::ROWS, rows_draft::ROWS];

/// Every socket option, ascending by number; for those who list them.
pub fn table() -> &'static [Row] {
    static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
        let mut rows = PARTS.concat();
        rows.sort_by_key(|row| row.id);
        rows
    });
    &TABLE
}

/// The row of an option number, if there is such an option.
pub fn find(id: i32) -> Option<&'static Row> {
    // Not by way of `table`, whose memory a library unloaded would leave behind.
    PARTS.into_iter().flatten().find(|row| row.id == id)
}

/// Whether the socket itself must perform a set of this option (SUBSCRIBE, UNSUBSCRIBE).
pub fn is_action(id: i32) -> bool {
    find(id).is_some_and(|row| matches!(row.set, Setter::Action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_and_name_stands_once() {
        let rows = table();
        assert!(rows.windows(2).all(|pair| pair[0].id < pair[1].id));
        let mut names: Vec<_> = rows.iter().map(|row| row.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), rows.len());
        // zmq.h has one number more, BLOCKY, which is the context's alone.
        assert_eq!(rows.len(), 112);
    }

    #[test]
    fn actions_are_subscribe_and_unsubscribe() {
        let actions: Vec<_> = (0..200).filter(|id| is_action(*id)).collect();
        assert_eq!(actions, [6, 7]);
    }
}
