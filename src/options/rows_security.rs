//! Option rows of the security mechanisms. Read by the table alone.
//!
//! Setting almost any of them also chooses the mechanism and the role; the
//! latest one set wins.

use super::table::{ANY, BOOL, CType, Getter, Kind, Row};
use super::value;
use super::{Mechanism, Options};
use crate::errno::{Errno, Result};
use crate::z85;

const KEY_LEN: usize = 32;
const KEY_Z85_LEN: usize = 40;

pub(super) const ROWS: &[Row] = &[
    Row::read_only(
        43,
        "ZMQ_MECHANISM",
        CType::Int,
        Getter::Int(|o| o.mechanism as i32, value::Room::Exact),
    ),
    Row::int(44, "ZMQ_PLAIN_SERVER", BOOL, |o, v| choose_server(o, v != 0, Mechanism::Plain))
        .reads_int(|o| i32::from(o.as_server && o.mechanism == Mechanism::Plain)),
    Row::bytes(45, "ZMQ_PLAIN_USERNAME", CType::Text, |o, v| {
        if let Some(text) = plain_text(o, v)? {
            o.plain_username = text;
        }
        Ok(())
    })
    .reads(Getter::Text(|o| &o.plain_username)),
    Row::bytes(46, "ZMQ_PLAIN_PASSWORD", CType::Text, |o, v| {
        if let Some(text) = plain_text(o, v)? {
            o.plain_password = text.into();
        }
        Ok(())
    })
    .reads(Getter::Text(|o| &o.plain_password)),
    Row::int(47, "ZMQ_CURVE_SERVER", BOOL, |o, v| choose_server(o, v != 0, Mechanism::Curve))
        .reads_int(|o| i32::from(o.as_server && o.mechanism == Mechanism::Curve)),
    Row::bytes(48, "ZMQ_CURVE_PUBLICKEY", CType::CurveKey, |o, v| {
        o.curve_public_key = key(v)?;
        o.mechanism = Mechanism::Curve;
        Ok(())
    })
    .reads(Getter::Key(|o| &o.curve_public_key)),
    Row::bytes(49, "ZMQ_CURVE_SECRETKEY", CType::CurveKey, |o, v| {
        o.curve_secret_key = key(v)?.into();
        o.mechanism = Mechanism::Curve;
        Ok(())
    })
    .reads(Getter::Key(|o| &o.curve_secret_key)),
    Row::bytes(50, "ZMQ_CURVE_SERVERKEY", CType::CurveKey, |o, v| {
        o.curve_server_key = key(v)?;
        o.mechanism = Mechanism::Curve;
        o.as_server = false;
        Ok(())
    })
    .reads(Getter::Key(|o| &o.curve_server_key)),
    Row::bytes(55, "ZMQ_ZAP_DOMAIN", CType::Text, |o, v| {
        o.zap_domain = value::required(v, 255)?;
        Ok(())
    })
    .reads(Getter::Text(|o| &o.zap_domain)),
    Row::not_built(62, "ZMQ_GSSAPI_SERVER", CType::Int, GSSAPI),
    Row::not_built(63, "ZMQ_GSSAPI_PRINCIPAL", CType::Text, GSSAPI),
    Row::not_built(64, "ZMQ_GSSAPI_SERVICE_PRINCIPAL", CType::Text, GSSAPI),
    Row::not_built(65, "ZMQ_GSSAPI_PLAINTEXT", CType::Int, GSSAPI),
    Row::not_built(90, "ZMQ_GSSAPI_PRINCIPAL_NAMETYPE", CType::Int, GSSAPI),
    Row::not_built(91, "ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE", CType::Int, GSSAPI),
    Row::int(93, "ZMQ_ZAP_ENFORCE_DOMAIN", ANY, |o, v| o.zap_enforce_domain = v != 0)
        .reads_int(|o| i32::from(o.zap_enforce_domain))
        .kind(Kind::Draft),
];

const GSSAPI: &str = "GSSAPI mechanism";

/// Writes a key raw or as Z85, by the room given; the reported length stays the caller's.
pub(super) fn put_key(out: &mut [u8], key: &[u8; KEY_LEN]) -> Result<usize> {
    if out.len() == KEY_LEN {
        value::put_bytes(out, key)
    } else if out.len() == KEY_Z85_LEN + 1 {
        value::put_string(out, z85::encode(key)?.as_bytes())
    } else {
        Err(Errno::EINVAL)
    }
}

fn choose_server(options: &mut Options, server: bool, mechanism: Mechanism) {
    options.as_server = server;
    options.mechanism = if server { mechanism } else { Mechanism::Null };
}

/// A PLAIN credential to store. NULL instead of one turns security off and keeps what is stored.
fn plain_text(options: &mut Options, text: Option<&[u8]>) -> Result<Option<Vec<u8>>> {
    let text = value::clearable(text, 255)?;
    if text.is_some() {
        options.as_server = false;
        options.mechanism = Mechanism::Plain;
    } else {
        options.mechanism = Mechanism::Null;
    }
    Ok(text)
}

fn key(value: Option<&[u8]>) -> Result<[u8; KEY_LEN]> {
    let bytes = value.ok_or(Errno::EINVAL)?;
    if let Ok(raw) = bytes.try_into() {
        return Ok(raw);
    }
    let text = match bytes {
        [text @ .., 0] if text.len() == KEY_Z85_LEN => text,
        text if text.len() == KEY_Z85_LEN => text,
        _ => return Err(Errno::EINVAL),
    };
    z85::decode(text)?.try_into().map_err(|_| Errno::EINVAL)
}
