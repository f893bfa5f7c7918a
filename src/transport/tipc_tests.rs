//! Addresses to and fro; the sockets themselves as far as this kernel goes.

use super::*;
use crate::options::ContextOptions;
use crate::options::types::DEALER;

/// What the text is taken for, as libzmq writes it in LAST_ENDPOINT after a connect.
fn written(text: &str) -> Option<String> {
    Address::parse(text).ok().map(|address| address.to_string())
}

fn options() -> Options {
    Options::new(DEALER, &ContextOptions::default())
}

#[test]
fn each_form_of_address_is_known_by_its_brackets() {
    for (text, meant) in [
        ("{1000,0,10}", Address::Range { kind: 1000, lower: 0, upper: 10 }),
        ("{1000,5}", Address::Service { kind: 1000, instance: 5, domain: 0x0100_0000 }),
        ("{1000,5}@1.2.3", Address::Service { kind: 1000, instance: 5, domain: 0x0100_2003 }),
        ("{1000,5}@0.0.0", Address::Service { kind: 1000, instance: 5, domain: 0 }),
        ("<1.2.3:4>", Address::Socket { node: 0x0100_2003, reference: 4 }),
        ("<*>", Address::Own),
    ] {
        assert_eq!(Address::parse(text), Ok(meant), "{text}");
    }
}

#[test]
fn types_of_tipcs_own_are_refused() {
    assert!(written("{64,0,1}").is_some());
    assert!(written("{65,1}").is_some());
    for text in ["{63,0,1}", "{64,1}", "{0,1}", "{4294967296,0,1}"] {
        assert_eq!(Address::parse(text), Err(Errno::EINVAL), "{text}");
    }
}

#[test]
fn a_range_that_ends_before_it_begins_is_refused() {
    assert!(written("{1000,5,5}").is_some());
    assert_eq!(Address::parse("{1000,5,4}"), Err(Errno::EINVAL));
}

#[test]
fn what_is_malformed_is_einval() {
    let texts = "x;{;};{};{,};{,,};{a,b,c};{1000;{1000};{1000.1};{1000 ,1};{--5,1};{- 5,1}; {1000,1};\
                 {0x1000,1};<;<*;<**>;*;<1.2.3>;<1.2.3:>;<1.2.3:x>;<1 .2.3:4>;x<1.2.3:4>;@1.2.3";
    for text in texts.split(';') {
        assert_eq!(Address::parse(text), Err(Errno::EINVAL), "{text}");
    }
}

#[test]
fn a_domain_is_complete_and_ends_the_text() {
    for form in ["{1000,1}", "{1000,1,2}", "<1.2.3:4>"] {
        for domain in
            ["@", "@1", "@1.1", "@1.1.", "@x", "@1.1.1x", "@1.1.1 ", "@1.1.1.1", "@1.2.3@4.5.6"]
        {
            let text = format!("{form}{domain}");
            assert_eq!(Address::parse(&text), Err(Errno::EINVAL), "{text}");
        }
        assert!(written(&format!("{form}@1.2.3")).is_some(), "{form}");
    }
    assert_eq!(Address::parse("<*>@1"), Ok(Address::Own));
}

// Each of these pairs is what libzmq 4.3.4 makes of the text.
#[test]
fn numbers_are_read_as_c_reads_them() {
    for (text, meant) in [
        ("{1000,1", "{1000, 1, 16777216}"),
        ("{1000,1}x", "{1000, 1, 16777216}"),
        ("{1000,1,}", "{1000, 1, 16777216}"),
        ("{1000,1,2,3}", "{1000, 1, 2}"),
        ("{ 1000, 1}", "{1000, 1, 16777216}"),
        ("{+1000,+1}", "{1000, 1, 16777216}"),
        ("{01000,1}", "{1000, 1, 16777216}"),
        ("{1000,-1}", "{1000, 4294967295, 16777216}"),
        ("{4294968296,1}", "{1000, 1, 16777216}"),
        ("{-4294966296,1}", "{1000, 1, 16777216}"),
        ("{99999999999999999999,1}", "{4294967295, 1, 16777216}"),
        ("{-99999999999999999999,1}", "{4294967295, 1, 16777216}"),
        ("{1000,1@1.2.3", "{1000, 1, 16785411}"),
        ("{1000,1}@ 1.1.1", "{1000, 1, 16781313}"),
        ("{1000,1}@-1.0.0", "{1000, 1, 4278190080}"),
        ("{1000,1}@1.-1.0", "{1000, 1, 4294963200}"),
        ("{1000,1}@256.4096.4096", "{1000, 1, 16781312}"),
        ("<999.9999.9999:4>", "<231.1807.1807:4>"),
        ("<256.2.3:4>", "<0.2.3:4>"),
        ("<1.2.3:-4>", "<1.2.3:4294967292>"),
        ("< 1. 2. 3: 4>x", "<1.2.3:4>"),
    ] {
        assert_eq!(written(text), Some(format!("tipc://{meant}")), "{text}");
    }
}

/// The bytes of an address as the kernel sees them, numbers in the machine's order.
fn bytes(text: &str) -> Vec<u8> {
    Address::parse(text).unwrap().sockaddr().unwrap().as_bytes().to_vec()
}

fn laid_out(kind: u8, scope: u8, words: [u32; 3]) -> Vec<u8> {
    // linux/tipc.h: unsigned short family, unsigned char addrtype, signed char
    // scope, then a union of at most three 32-bit words.
    let mut bytes = (libc::AF_TIPC as u16).to_ne_bytes().to_vec();
    bytes.extend([kind, scope]);
    words.iter().for_each(|word| bytes.extend(word.to_ne_bytes()));
    bytes
}

#[test]
fn addresses_are_laid_out_as_the_kernel_has_them() {
    assert_eq!(bytes("{1000,2,3}"), laid_out(1, 1, [1000, 2, 3]));
    assert_eq!(bytes("{1000,2}@1.2.3"), laid_out(2, 0, [1000, 2, 0x0100_2003]));
    // An identity has the reference first.
    assert_eq!(bytes("<1.2.3:4>"), laid_out(3, 0, [4, 0x0100_2003, 0]));
    assert!(Address::Own.sockaddr().is_none());
}

#[test]
fn what_the_kernel_names_reads_back() {
    for text in ["{1000,2,3}", "{1000,2}@1.2.3", "<1.2.3:4>"] {
        let address = Address::parse(text).unwrap();
        let name = address.sockaddr().unwrap().as_tipc().unwrap();
        assert_eq!(Address::from_sockaddr(&name), Some(address), "{text}");
    }
    assert_eq!(Address::from_sockaddr(&Sockaddr::new(9, 0, [0; 3])), None);
    assert!(SockAddr::unix(b"path").unwrap().as_tipc().is_none());
}

#[test]
fn identities_are_given_never_chosen() {
    let error = Listener::bind("<1.2.3:4>", &options()).unwrap_err();
    assert_eq!(error, BindError::from(Errno::EINVAL));
    assert_eq!(parse_target("<*>").unwrap_err(), Errno::EINVAL);
}

/// Whether the kernel has TIPC; the module is seldom loaded.
fn kernel_has_tipc() -> bool {
    net::stream_socket(libc::AF_TIPC).is_ok()
}

#[test]
fn a_kernel_without_tipc_says_so() {
    if kernel_has_tipc() {
        return;
    }
    let unsupported = Errno(libc::EAFNOSUPPORT);
    for text in ["<*>", "{1000,0,10}"] {
        assert_eq!(Listener::bind(text, &options()).unwrap_err(), BindError::from(unsupported));
    }
    let address = Address::parse("{1000,1}").unwrap();
    assert_eq!(start_connect(address).unwrap_err(), ConnectError::from(unsupported));
}

#[test]
fn a_kernel_with_tipc_connects() {
    if !kernel_has_tipc() {
        return;
    }
    let listener = Listener::bind("{5560,0,0}", &options()).unwrap();
    assert_eq!(listener.endpoint(), "tipc://{5560, 0, 0}");
    let attempt = start_connect(Address::parse("{5560,0}@0.0.0").unwrap()).unwrap();
    let own = listener.own_endpoint();
    let identity = own.strip_prefix("tipc://").unwrap();
    assert!(matches!(Address::parse(identity), Ok(Address::Socket { .. })), "{own}");
    drop(attempt);
}
