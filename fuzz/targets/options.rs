//! Options: a refused value changes nothing, an accepted number reads back, and
//! no buffer is written beyond its length.

use zmq::errno::Errno;
use zmq::options::{ContextOptions, Options, Setter, find, table};

use super::script::Script;

pub fn socket(data: &[u8]) {
    let mut script = Script(data);
    let mut options = Options::new(i32::from(script.byte() % 22), &ContextOptions::default());
    let mut steps = 0;
    while !script.is_over() && steps < 16 {
        steps += 1;
        let choice = script.byte();
        let rows = table();
        // A row of the table, or any number at all.
        let option = match choice {
            0xF0.. => script.word() as i16 as i32,
            _ => rows[usize::from(choice) % rows.len()].id,
        };
        let value = value(&mut script);
        set(&mut options, option, value.as_deref());
        let room = [4, 8, 32, 41, 0, 1, 255, 256][usize::from(script.byte()) % 8];
        get(&options, option, room);
    }
}

fn value(script: &mut Script) -> Option<Vec<u8>> {
    match script.byte() {
        0..64 => Some((script.byte() as i8 as i32).to_ne_bytes().to_vec()),
        64..128 => Some((script.number() as i32).to_ne_bytes().to_vec()),
        128..160 => Some(script.number().to_ne_bytes().to_vec()),
        160..224 => Some(script.text().to_vec()),
        224..240 => Some(script.text().repeat(3)),
        240.. => None,
    }
}

fn set(options: &mut Options, option: i32, value: Option<&[u8]>) {
    let before = format!("{options:?}");
    match options.set(option, value) {
        Err(errno) => {
            assert_eq!(errno, Errno::EINVAL);
            assert_eq!(format!("{options:?}"), before, "a refused value changes nothing");
        }
        Ok(()) => {
            let row = find(option).expect("an unknown option cannot be set");
            assert!(row.types.contains(options.socket_type));
            if let Setter::Int(_) = row.set {
                let number = i32::from_ne_bytes(value.unwrap().try_into().unwrap());
                assert!((row.range.min..=row.range.max).contains(&number));
            }
            // Once more, where it does not gather.
            let after = format!("{options:?}");
            options.set(option, value).expect("what was good is good again");
            assert!(format!("{options:?}") == after || option == 38, "{option}");
        }
    }
}

fn get(options: &Options, option: i32, room: usize) {
    let mut out = vec![0xEE; room + 8];
    match options.get(option, &mut out[..room]) {
        Ok(len) => assert!(len <= room),
        Err(errno) => {
            assert_eq!(errno, Errno::EINVAL);
            assert!(out.iter().all(|byte| *byte == 0xEE), "nothing is written then");
        }
    }
    assert!(out[room..].iter().all(|byte| *byte == 0xEE));
}

pub fn context(data: &[u8]) {
    let mut script = Script(data);
    let mut options = ContextOptions::default();
    let mut steps = 0;
    while !script.is_over() && steps < 16 {
        steps += 1;
        let kind = script.byte();
        let option = match kind {
            0xE0.. => script.number() as i32,
            _ => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 42, 70][usize::from(kind % 12)],
        };
        let number =
            if kind & 16 != 0 { script.byte() as i8 as i32 } else { script.number() as i32 };
        let before = format!("{options:?}");
        let result = match kind & 32 {
            0 => options.set(option, number),
            _ => options.set_ext(option, script.text()),
        };
        if let Err(errno) = result {
            assert_eq!(errno, Errno::EINVAL);
            assert_eq!(format!("{options:?}"), before);
        } else if kind & 32 == 0
            && let Ok(read) = options.get(option)
            && ![3, 9].contains(&option)
        {
            let flag = [10, 42, 70].contains(&option);
            assert_eq!(read, if flag { i32::from(number != 0) } else { number });
        }
        let mut out = [0xEE; 24];
        let room = usize::from(script.byte() % 17);
        let got = options.get_ext(option, &mut out[..room]);
        assert!(matches!(got, Ok(()) | Err(Errno::EINVAL)));
        assert!(out[room..].iter().all(|byte| *byte == 0xEE));
    }
}
