//! The dialogue with a SOCKS proxy: it reads what belongs to it and no more, the
//! same however the bytes come, and says nothing once it has failed or is done.

use zmq::errno::{Errno, Result};
use zmq::transport::Socks;

use super::script::Script;

pub fn target(data: &[u8]) {
    let mut script = Script(data);
    let port = script.word();
    let long = script.byte();
    let host = String::from_utf8_lossy(script.text()).into_owned();
    let host = if long & 1 != 0 { host.repeat(20) } else { host };
    let (user, password) = (script.text(), script.text());
    let user = if long & 2 != 0 { user.repeat(2) } else { user.to_vec() };
    let answers = script.rest();
    let whole = talk(Socks::new(&host, port, &user, password), answers, usize::MAX);
    for step in [1, 2, 3] {
        assert_eq!(talk(Socks::new(&host, port, &user, password), answers, step), whole);
    }
    match whole {
        Ok((said, connected, taken)) => {
            assert!(port != 0 && taken <= answers.len());
            assert!(said.starts_with(&[5, 1, if user.is_empty() { 0 } else { 2 }]));
            if connected {
                let request = said.windows(3).any(|three| three == [5, 1, 0]);
                assert!(request && said.ends_with(&port.to_be_bytes()));
            }
        }
        Err(Errno::EINVAL) => assert!(port == 0 || user.len() > 255 || host.len() > 255),
        Err(errno) => assert!([Errno::EPROTO, Errno::ECONNREFUSED].contains(&errno)),
    }
}

/// All it said, whether it is connected, and how much it took.
fn talk(socks: Result<Socks>, answers: &[u8], step: usize) -> Result<(Vec<u8>, bool, usize)> {
    let mut socks = socks?;
    let (mut said, mut taken) = (Vec::new(), 0);
    loop {
        said.extend(socks.output());
        socks.consume_output(socks.output().len());
        let wanted = socks.wanted();
        assert_eq!(wanted == 0, socks.is_connected());
        assert!(wanted <= 257);
        let now = wanted.min(step).min(answers.len() - taken);
        if now == 0 {
            return Ok((said, socks.is_connected(), taken));
        }
        socks.input(&answers[taken..taken + now])?;
        taken += now;
    }
}
