//! Option rows that every socket type has: queues, time-outs, reconnection,
//! descriptors, multicast and the read-only ones. Read by the table alone.

use std::collections::BTreeSet;

use super::table::{ANY, BOOL, CType, Getter, Kind, Range, Row, at_least};
use super::value::{self, Room};
use super::{AddressMask, Options, types};
use crate::errno::{Errno, Result};

/// Longest BINDTODEVICE, the kernel's IFNAMSIZ.
const DEVICE_NAME_MAX: usize = 16;
/// Longest ROUTING_ID: the wire of ZMTP 2 has one byte for it.
const ROUTING_ID_MAX: usize = 255;

pub(super) const ROWS: &[Row] = &[
    Row::word(4, "ZMQ_AFFINITY", CType::Uint64, |o, v| o.affinity = v, |o| o.affinity),
    Row::bytes(5, "ZMQ_ROUTING_ID", CType::Binary, |o, v| {
        o.routing_id = value::required(v, ROUTING_ID_MAX)?;
        Ok(())
    })
    .reads(Getter::Binary(|o| &o.routing_id)),
    Row::int(8, "ZMQ_RATE", at_least(1), |o, v| o.rate = v).reads_int(|o| o.rate).inert(MULTICAST),
    Row::int(9, "ZMQ_RECOVERY_IVL", at_least(0), |o, v| o.recovery_ivl = v)
        .reads_int(|o| o.recovery_ivl)
        .inert(MULTICAST),
    Row::int(11, "ZMQ_SNDBUF", at_least(-1), |o, v| o.sndbuf = v).reads_int(|o| o.sndbuf),
    Row::int(12, "ZMQ_RCVBUF", at_least(-1), |o, v| o.rcvbuf = v).reads_int(|o| o.rcvbuf),
    Row::read_only(13, "ZMQ_RCVMORE", CType::Int, Getter::Socket),
    Row::read_only(14, "ZMQ_FD", CType::Int, Getter::Socket),
    Row::read_only(15, "ZMQ_EVENTS", CType::Int, Getter::Socket),
    Row::read_only(16, "ZMQ_TYPE", CType::Int, Getter::Int(|o| o.socket_type, Room::Exact)),
    Row::int(17, "ZMQ_LINGER", at_least(-1), |o, v| o.linger = v).reads_int(|o| o.linger).at_once(),
    Row::int(18, "ZMQ_RECONNECT_IVL", at_least(-1), |o, v| o.reconnect_ivl = v)
        .reads_int(|o| o.reconnect_ivl),
    Row::int(19, "ZMQ_BACKLOG", at_least(0), |o, v| o.backlog = v).reads_int(|o| o.backlog),
    Row::int(21, "ZMQ_RECONNECT_IVL_MAX", at_least(0), |o, v| o.reconnect_ivl_max = v)
        .reads_int(|o| o.reconnect_ivl_max),
    Row::word(
        22,
        "ZMQ_MAXMSGSIZE",
        CType::Int64,
        |o, v| o.maxmsgsize = v as i64,
        |o| o.maxmsgsize as u64,
    ),
    Row::int(23, "ZMQ_SNDHWM", at_least(0), |o, v| o.sndhwm = v).reads_int(|o| o.sndhwm).at_once(),
    Row::int(24, "ZMQ_RCVHWM", at_least(0), |o, v| o.rcvhwm = v).reads_int(|o| o.rcvhwm).at_once(),
    Row::int(25, "ZMQ_MULTICAST_HOPS", at_least(1), |o, v| o.multicast_hops = v)
        .reads_int(|o| o.multicast_hops)
        .inert(MULTICAST),
    Row::int(27, "ZMQ_RCVTIMEO", at_least(-1), |o, v| o.rcvtimeo = v)
        .reads_int(|o| o.rcvtimeo)
        .at_once(),
    Row::int(28, "ZMQ_SNDTIMEO", at_least(-1), |o, v| o.sndtimeo = v)
        .reads_int(|o| o.sndtimeo)
        .at_once(),
    Row::int(31, "ZMQ_IPV4ONLY", BOOL, |o, v| o.ipv6 = v == 0)
        .reads_int(|o| i32::from(!o.ipv6))
        .kind(Kind::Deprecated),
    Row::read_only(32, "ZMQ_LAST_ENDPOINT", CType::Text, Getter::Socket),
    Row::int(34, "ZMQ_TCP_KEEPALIVE", Range { min: -1, max: 1 }, |o, v| o.tcp_keepalive = v)
        .reads_int(|o| o.tcp_keepalive),
    Row::int(35, "ZMQ_TCP_KEEPALIVE_CNT", at_least(-1), |o, v| o.tcp_keepalive_cnt = v)
        .reads_int(|o| o.tcp_keepalive_cnt),
    Row::int(36, "ZMQ_TCP_KEEPALIVE_IDLE", at_least(-1), |o, v| o.tcp_keepalive_idle = v)
        .reads_int(|o| o.tcp_keepalive_idle),
    Row::int(37, "ZMQ_TCP_KEEPALIVE_INTVL", at_least(-1), |o, v| o.tcp_keepalive_intvl = v)
        .reads_int(|o| o.tcp_keepalive_intvl),
    Row::bytes(38, "ZMQ_TCP_ACCEPT_FILTER", CType::Text, add_accept_filter)
        .kind(Kind::Deprecated)
        .differs(
            "with IPV6 on, the mask of an IPv4 address counts that address's bits and 33 to 96 are \
             EINVAL; libzmq counts the mapped address's, so that /8 admits every IPv4 peer",
        ),
    Row::int(39, "ZMQ_IMMEDIATE", BOOL, |o, v| o.immediate = v != 0)
        .reads_int(|o| i32::from(o.immediate)),
    Row::int(42, "ZMQ_IPV6", BOOL, |o, v| o.ipv6 = v != 0).reads_int(|o| i32::from(o.ipv6)),
    // Accepted on every type; `Options::conflates` knows which heed it.
    Row::int(54, "ZMQ_CONFLATE", BOOL, |o, v| o.conflate = v != 0)
        .reads_int(|o| i32::from(o.conflate)),
    Row::int(57, "ZMQ_TOS", at_least(0), |o, v| o.tos = v).reads_int(|o| o.tos),
    Row::bytes(58, "ZMQ_IPC_FILTER_PID", CType::Int, |o, v| {
        filter_id(&mut o.ipc_filter_pids, v, |id| id)
    })
    .kind(Kind::Deprecated),
    Row::bytes(59, "ZMQ_IPC_FILTER_UID", CType::Int, |o, v| {
        filter_id(&mut o.ipc_filter_uids, v, |id| id as u32)
    })
    .kind(Kind::Deprecated),
    Row::bytes(60, "ZMQ_IPC_FILTER_GID", CType::Int, |o, v| {
        filter_id(&mut o.ipc_filter_gids, v, |id| id as u32)
    })
    .kind(Kind::Deprecated),
    Row::int(66, "ZMQ_HANDSHAKE_IVL", at_least(0), |o, v| o.handshake_ivl = v)
        .reads_int(|o| o.handshake_ivl),
    Row::bytes(68, "ZMQ_SOCKS_PROXY", CType::Text, |o, v| {
        o.socks_proxy = value::clearable(v, usize::MAX)?.unwrap_or_default();
        Ok(())
    })
    .reads(Getter::Text(|o| &o.socks_proxy)),
    Row::int(74, "ZMQ_INVERT_MATCHING", ANY, |o, v| o.invert_matching = v != 0)
        .reads_int(|o| i32::from(o.invert_matching))
        .at_once(),
    Row::int(75, "ZMQ_HEARTBEAT_IVL", at_least(0), |o, v| o.heartbeat_ivl = v)
        .reads_int(|o| o.heartbeat_ivl),
    // Division towards zero, as C divides: -99..=99 all become 0.
    Row::int(76, "ZMQ_HEARTBEAT_TTL", TTL_MS, |o, v| {
        o.heartbeat_ttl_ds = u16::try_from(v / 100).unwrap_or_default();
    })
    .reads_int(|o| i32::from(o.heartbeat_ttl_ds) * 100),
    Row::int(77, "ZMQ_HEARTBEAT_TIMEOUT", at_least(0), |o, v| o.heartbeat_timeout = v)
        .reads_int(|o| o.heartbeat_timeout),
    Row::int(79, "ZMQ_CONNECT_TIMEOUT", at_least(0), |o, v| o.connect_timeout = v)
        .reads_int(|o| o.connect_timeout),
    Row::int(80, "ZMQ_TCP_MAXRT", at_least(0), |o, v| o.tcp_maxrt = v).reads_int(|o| o.tcp_maxrt),
    Row::read_only(
        81,
        "ZMQ_THREAD_SAFE",
        CType::Int,
        Getter::Int(|o| i32::from(types::THREAD_SAFE.contains(o.socket_type)), Room::AtLeast),
    ),
    Row::int(84, "ZMQ_MULTICAST_MAXTPDU", at_least(1), |o, v| o.multicast_maxtpdu = v)
        .reads_int(|o| o.multicast_maxtpdu)
        .inert(MULTICAST),
    Row::not_built(85, "ZMQ_VMCI_BUFFER_SIZE", CType::Uint64, VMCI),
    Row::not_built(86, "ZMQ_VMCI_BUFFER_MIN_SIZE", CType::Uint64, VMCI),
    Row::not_built(87, "ZMQ_VMCI_BUFFER_MAX_SIZE", CType::Uint64, VMCI),
    Row::not_built(88, "ZMQ_VMCI_CONNECT_TIMEOUT", CType::Int, VMCI),
    Row::int(89, "ZMQ_USE_FD", at_least(-1), |o, v| o.use_fd = v).reads_int(|o| o.use_fd),
    Row::bytes(92, "ZMQ_BINDTODEVICE", CType::Text, |o, v| {
        o.bindtodevice = value::clearable(v, DEVICE_NAME_MAX)?.unwrap_or_default();
        Ok(())
    })
    .reads(Getter::Text(|o| &o.bindtodevice)),
];

const MULTICAST: &str = "only multicast transports use it, and none is built";
const VMCI: &str = "VMCI transport";
/// Tenths of a second must fit 16 bits, and the division lets a little more in at either end.
const TTL_MS: Range = Range { min: -99, max: 6_553_599 };

/// NULL empties the list, four bytes add to it.
fn filter_id<T: Ord>(
    ids: &mut BTreeSet<T>,
    value: Option<&[u8]>,
    id_of: fn(i32) -> T,
) -> Result<()> {
    if value.is_none() {
        ids.clear();
    } else {
        ids.insert(id_of(value::int(value)?));
    }
    Ok(())
}

fn add_accept_filter(options: &mut Options, text: Option<&[u8]>) -> Result<()> {
    let Some(text) = value::clearable(text, 255)? else {
        options.tcp_accept_filters.clear();
        return Ok(());
    };
    // C text: what follows a NUL is not part of it.
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    let text = std::str::from_utf8(text).map_err(|_| Errno::EINVAL)?;
    options.tcp_accept_filters.push(AddressMask::parse(text, options.ipv6)?);
    Ok(())
}
