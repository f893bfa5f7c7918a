//! Option rows of single socket types: routing, request/reply, publish/subscribe,
//! raw streams. Read by the table alone.

use super::table::{BOOL, CType, Getter, Kind, Range, Row, at_least};
use super::types::*;
use super::value;
use crate::errno::Errno;

// REP is a ROUTER inside, REQ a DEALER, PUB an XPUB; their options came along.
// SUB is an XSUB inside but takes none of its options.
const ROUTERS: Types = Types::of(&[ROUTER, REP]);
const DEALERS: Types = Types::of(&[ROUTER, REP, DEALER, REQ]);
const PUBS: Types = Types::of(&[XPUB, PUB]);
const REQS: Types = Types::of(&[REQ]);

/// Type-specific switches take any number that is not negative.
const SWITCH: Range = at_least(0);

pub(super) const ROWS: &[Row] = &[
    Row::action(6, "ZMQ_SUBSCRIBE", SUBSCRIBERS),
    Row::action(7, "ZMQ_UNSUBSCRIBE", SUBSCRIBERS),
    Row::int(33, "ZMQ_ROUTER_MANDATORY", SWITCH, |o, v| o.router_mandatory = v != 0)
        .on(ROUTERS)
        .at_once(),
    // Passing duplicates up is one switch for subscriptions and one for both kinds; each setter
    // writes the other's half as well.
    Row::int(40, "ZMQ_XPUB_VERBOSE", SWITCH, |o, v| {
        o.xpub_verbose = v != 0;
        o.xpub_verboser = false;
    })
    .on(PUBS)
    .at_once(),
    // Turning it off again does not bring the wire protocol back.
    Row::int(41, "ZMQ_ROUTER_RAW", SWITCH, |o, v| {
        o.router_raw = v != 0;
        if o.router_raw {
            o.recv_routing_id = false;
            o.raw_socket = true;
        }
    })
    .on(ROUTERS)
    .kind(Kind::Deprecated),
    Row::int(51, "ZMQ_PROBE_ROUTER", SWITCH, |o, v| o.probe_router = v != 0).on(DEALERS),
    Row::int(52, "ZMQ_REQ_CORRELATE", SWITCH, |o, v| o.req_correlate = v != 0).on(REQS).at_once(),
    Row::int(53, "ZMQ_REQ_RELAXED", SWITCH, |o, v| o.req_relaxed = v != 0).on(REQS).at_once(),
    Row::int(56, "ZMQ_ROUTER_HANDOVER", SWITCH, |o, v| o.router_handover = v != 0)
        .on(ROUTERS)
        .at_once(),
    Row::bytes(61, "ZMQ_CONNECT_ROUTING_ID", CType::Binary, |o, v| {
        o.connect_routing_id = Some(value::required(v, usize::MAX)?);
        Ok(())
    })
    .on(Types::of(&[ROUTER, REP, STREAM])),
    Row::int(69, "ZMQ_XPUB_NODROP", SWITCH, |o, v| o.xpub_nodrop = v != 0)
        .on(Types::of(&[XPUB, PUB, RADIO]))
        .at_once(),
    Row::int(71, "ZMQ_XPUB_MANUAL", SWITCH, |o, v| o.xpub_manual = v != 0).on(PUBS).at_once(),
    Row::bytes(72, "ZMQ_XPUB_WELCOME_MSG", CType::Binary, |o, v| {
        o.xpub_welcome_msg = value::lenient(v, usize::MAX)?;
        Ok(())
    })
    .on(PUBS),
    Row::int(73, "ZMQ_STREAM_NOTIFY", BOOL, |o, v| o.stream_notify = v != 0)
        .on(Types::of(&[STREAM])),
    Row::int(78, "ZMQ_XPUB_VERBOSER", SWITCH, |o, v| {
        o.xpub_verbose = v != 0;
        o.xpub_verboser = v != 0;
    })
    .on(PUBS)
    .at_once(),
    Row::later(97, "ZMQ_ROUTER_NOTIFY", CType::Int, "ROUTER notices")
        .reads_int(|_| 0)
        .on(ROUTERS)
        .kind(Kind::Draft),
    Row::int(98, "ZMQ_XPUB_MANUAL_LAST_VALUE", SWITCH, |o, v| {
        o.xpub_manual = v != 0;
        o.xpub_manual_last_value = v != 0;
    })
    .on(PUBS)
    .at_once()
    .kind(Kind::Draft),
    Row::int(108, "ZMQ_ONLY_FIRST_SUBSCRIBE", SWITCH, |o, v| o.only_first_subscribe = v != 0)
        .on(Types::of(&[XPUB, PUB, XSUB]))
        .at_once()
        .kind(Kind::Draft),
    // The one int whose length upstream does not check; shorter than an int we refuse.
    // The one int whose length upstream does not check; shorter than an int we refuse.
    Row::bytes(115, "ZMQ_XSUB_VERBOSE_UNSUBSCRIBE", CType::Int, |o, v| {
        let number = v.and_then(|bytes| bytes.get(..4)).ok_or(Errno::EINVAL)?;
        o.xsub_verbose_unsubscribe = value::int(Some(number))? != 0;
        Ok(())
    })
    .on(Types::of(&[XSUB]))
    .at_once()
    .kind(Kind::Draft),
    Row::read_only(116, "ZMQ_TOPICS_COUNT", CType::Int, Getter::Socket).kind(Kind::Draft),
];

/// XPUB and PUB take the two only in manual mode, which the socket checks.
const SUBSCRIBERS: Types = Types::of(&[SUB, XPUB, PUB]);
