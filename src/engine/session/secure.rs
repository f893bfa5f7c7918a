//! What a session's options say about security, and its conversation with the
//! ZAP handler while the handshake waits.

use super::*;
use crate::crypto::SecretKey;
use crate::engine::zap::Inquiry;
use crate::options::Mechanism;
use crate::zmtp::zap::{Policy, Question};

/// The mechanism that a socket's options choose, with its secrets.
pub(super) fn mechanism(options: &Options) -> mechanism::Config {
    match (options.mechanism, options.as_server) {
        (Mechanism::Null, _) => mechanism::Config::Null,
        (Mechanism::Plain, true) => mechanism::Config::PlainServer,
        (Mechanism::Plain, false) => mechanism::Config::PlainClient {
            username: options.plain_username.clone(),
            password: options.plain_password.clone(),
        },
        (Mechanism::Curve, true) => {
            mechanism::Config::CurveServer { secret_key: SecretKey::new(&options.curve_secret_key) }
        }
        (Mechanism::Curve, false) => mechanism::Config::CurveClient {
            server_key: options.curve_server_key,
            public_key: options.curve_public_key,
            secret_key: SecretKey::new(&options.curve_secret_key),
        },
    }
}

/// Whether the ZAP handler is asked, and whether there must be one (RFC 27, and
/// libzmq's rules for each mechanism). PLAIN would be pointless without.
pub(super) fn policy(options: &Options) -> Policy {
    let (domain, enforce) = (!options.zap_domain.is_empty(), options.zap_enforce_domain);
    match (options.mechanism, domain, enforce) {
        (Mechanism::Plain, _, _) => Policy::Required,
        (Mechanism::Null, false, _) | (Mechanism::Curve, false, true) => Policy::Off,
        (Mechanism::Null | Mechanism::Curve, true, true) => Policy::Required,
        (Mechanism::Null | Mechanism::Curve, _, false) => Policy::IfHandled,
    }
}

/// Whether peers too old for any security are refused.
pub(super) fn refuses_old_peers(options: &Options) -> bool {
    options.mechanism != Mechanism::Null || !options.zap_domain.is_empty()
}

impl Session {
    /// Asks the ZAP handler if the handshake wants that, and reports what it
    /// owes. Err: the connection must go.
    pub(super) fn authenticate(&mut self, io: &mut Io) -> std::result::Result<(), Loss> {
        let Phase::Greeting { fd, handshake } = &mut self.phase else { return Ok(()) };
        if let Some(question) = handshake.question() {
            let address = transport::peer_address(fd.as_fd()).unwrap_or_default();
            match self.ask(io, question, &address).map_err(Loss::Connection)? {
                Some(inquiry) => {
                    self.inquiry = Some(inquiry);
                    self.look_for_answer()?;
                }
                None => self.no_handler()?,
            }
        }
        self.report_failure();
        Ok(())
    }

    fn ask(&self, io: &Io, question: Question, address: &str) -> Result<Option<Inquiry>> {
        let options = &self.options;
        if options.mechanism == Mechanism::Plain
            && options.zap_enforce_domain
            && options.zap_domain.is_empty()
        {
            return Ok(None); // libzmq aborts; nobody is let in without a domain
        }
        let frames = question.frames(&options.zap_domain, address.as_bytes(), &options.routing_id);
        Inquiry::send(&*self.owner.directory, &io.handle, io.id(), frames)
    }

    fn no_handler(&mut self) -> std::result::Result<(), Loss> {
        let Phase::Greeting { handshake, .. } = &mut self.phase else { return Ok(()) };
        handshake.no_handler().map_err(Loss::Protocol)
    }

    /// Reports a fault that does not end the connection.
    fn report_failure(&mut self) {
        if let Phase::Greeting { handshake, .. } = &mut self.phase
            && let Some(fault) = handshake.take_failure()
        {
            self.tell_standstill(fault);
            self.report_loss(&Loss::Protocol(fault), true);
        }
    }

    /// Looks whether the handler has answered. Err: the connection must go.
    pub(super) fn look_for_answer(&mut self) -> std::result::Result<(), Loss> {
        let Some(frames) = self.inquiry.as_mut().and_then(Inquiry::take_answer) else {
            return Ok(());
        };
        self.inquiry = None;
        let Phase::Greeting { handshake, .. } = &mut self.phase else { return Ok(()) };
        let frames: Vec<&[u8]> = frames.iter().map(Msg::data).collect();
        if let Some(status) = handshake.answer(&frames).map_err(Loss::Protocol)? {
            self.tell_refused(status, &frames);
            self.emit(event::HANDSHAKE_FAILED_AUTH, u64::from(status));
        }
        Ok(())
    }
}
