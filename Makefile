# The library under both its names in target/release. The rest is cargo's
# business, or that of examples-c/ and scripts/.

all:
	cargo build --release
	scripts/stage

demo check:
	$(MAKE) -C examples-c $@

test:
	cargo test

clean:
	cargo clean
	$(MAKE) -C examples-c clean

.PHONY: all demo check test clean
