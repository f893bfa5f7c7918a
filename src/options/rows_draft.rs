//! Option rows of the draft API that belong to no single socket type. Read by
//! the table alone.

use super::table::{ANY, CType, Getter, Kind, Row, at_least};
use super::{Options, value};
use crate::errno::{Errno, Result};

pub(super) const ROWS: &[Row] = &[
    // Windows only; on Linux libzmq too stores it and does nothing.
    Row::int(94, "ZMQ_LOOPBACK_FASTPATH", ANY, |o, v| o.loopback_fastpath = v != 0)
        .reads_int(|o| i32::from(o.loopback_fastpath))
        .kind(Kind::Draft),
    Row::bytes(95, "ZMQ_METADATA", CType::Text, add_metadata).kind(Kind::Draft),
    Row::int(96, "ZMQ_MULTICAST_LOOP", ANY, |o, v| o.multicast_loop = v != 0)
        .reads_int(|o| i32::from(o.multicast_loop))
        .kind(Kind::Draft)
        .inert("only multicast transports use it, and none is built"),
    Row::bytes(99, "ZMQ_SOCKS_USERNAME", CType::Text, |o, v| {
        o.socks_username = value::lenient(v, 255)?;
        Ok(())
    })
    .reads(Getter::Text(|o| &o.socks_username))
    .kind(Kind::Draft),
    Row::bytes(100, "ZMQ_SOCKS_PASSWORD", CType::Text, |o, v| {
        o.socks_password = value::lenient(v, 255)?;
        Ok(())
    })
    .reads(Getter::Text(|o| &o.socks_password))
    .kind(Kind::Draft),
    Row::int(101, "ZMQ_IN_BATCH_SIZE", at_least(1), |o, v| o.in_batch_size = v)
        .reads_int(|o| o.in_batch_size)
        .kind(Kind::Draft)
        .inert(BATCH),
    Row::int(102, "ZMQ_OUT_BATCH_SIZE", at_least(1), |o, v| o.out_batch_size = v)
        .reads_int(|o| o.out_batch_size)
        .kind(Kind::Draft)
        .inert(BATCH),
    Row::not_built(103, "ZMQ_WSS_KEY_PEM", CType::Text, WSS).kind(Kind::Draft),
    Row::not_built(104, "ZMQ_WSS_CERT_PEM", CType::Text, WSS).kind(Kind::Draft),
    Row::not_built(105, "ZMQ_WSS_TRUST_PEM", CType::Text, WSS).kind(Kind::Draft),
    Row::not_built(106, "ZMQ_WSS_HOSTNAME", CType::Text, WSS).kind(Kind::Draft),
    Row::not_built(107, "ZMQ_WSS_TRUST_SYSTEM", CType::Int, WSS).kind(Kind::Draft),
    Row::int(109, "ZMQ_RECONNECT_STOP", ANY, |o, v| o.reconnect_stop = v)
        .reads_int(|o| o.reconnect_stop)
        .kind(Kind::Draft),
    Row::later(110, "ZMQ_HELLO_MSG", CType::Binary, NOTICES).kind(Kind::Draft),
    Row::later(111, "ZMQ_DISCONNECT_MSG", CType::Binary, NOTICES).kind(Kind::Draft),
    Row::int(112, "ZMQ_PRIORITY", at_least(0), |o, v| o.priority = v)
        .reads_int(|o| o.priority)
        .kind(Kind::Draft),
    // Cannot be read: libzmq has a reader, but it always ends in EINVAL.
    Row::int(113, "ZMQ_BUSY_POLL", ANY, |o, v| o.busy_poll = v).kind(Kind::Draft),
    Row::later(114, "ZMQ_HICCUP_MSG", CType::Binary, NOTICES).kind(Kind::Draft),
    Row::not_built(117, "ZMQ_NORM_MODE", CType::Int, NORM).kind(Kind::Draft),
    Row::not_built(118, "ZMQ_NORM_UNICAST_NACK", CType::Int, NORM).kind(Kind::Draft),
    Row::not_built(119, "ZMQ_NORM_BUFFER_SIZE", CType::Int, NORM).kind(Kind::Draft),
    Row::not_built(120, "ZMQ_NORM_SEGMENT_SIZE", CType::Int, NORM).kind(Kind::Draft),
    Row::not_built(121, "ZMQ_NORM_BLOCK_SIZE", CType::Int, NORM).kind(Kind::Draft),
    Row::not_built(122, "ZMQ_NORM_NUM_PARITY", CType::Int, NORM).kind(Kind::Draft),
    Row::not_built(123, "ZMQ_NORM_NUM_AUTOPARITY", CType::Int, NORM).kind(Kind::Draft),
    Row::not_built(124, "ZMQ_NORM_PUSH", CType::Int, NORM).kind(Kind::Draft),
];

const BATCH: &str = "buffers are sized by the engine";
const NOTICES: &str = "hello, disconnect and hiccup messages";
const WSS: &str = "WSS transport";
const NORM: &str = "NORM transport";

/// `X-name:value`. The first value given for a name stays.
fn add_metadata(options: &mut Options, text: Option<&[u8]>) -> Result<()> {
    let text = text.unwrap_or_default();
    // Four bytes are taken for an int upstream, whatever they say.
    if text.len() == size_of::<i32>() {
        return Err(Errno::EINVAL);
    }
    let colon = text.iter().position(|byte| *byte == b':').ok_or(Errno::EINVAL)?;
    let (name, value) = text.split_at(colon);
    let value = value.get(1..).unwrap_or_default();
    if value.is_empty() || !name.starts_with(b"X-") || name.len() > 255 {
        return Err(Errno::EINVAL);
    }
    // Upstream hands the value to the handshake as C text.
    let value = value.split(|byte| *byte == 0).next().unwrap_or_default();
    options.metadata.entry(name.to_vec()).or_insert_with(|| value.to_vec());
    Ok(())
}
