# The library under both its names in target/release, and its installation. The
# rest is cargo's business, or that of examples-c/ and scripts/.
#
#   make && make install PREFIX=/usr LIBDIR=/usr/lib64 DESTDIR=/tmp/image
#
# `install-strip` leaves the debugging information out. `install` builds only what
# is missing, so that it can run as a user without Rust; `uninstall` wants the
# variables that `install` had.

PREFIX       = /usr/local
BINDIR       = $(PREFIX)/bin
LIBDIR       = $(PREFIX)/lib
INCLUDEDIR   = $(PREFIX)/include
DATADIR      = $(PREFIX)/share
MANDIR       = $(DATADIR)/man
DOCDIR       = $(DATADIR)/doc/libzmq-rs
PKGCONFIGDIR = $(LIBDIR)/pkgconfig
CMAKEDIR     = $(LIBDIR)/cmake/ZeroMQ
DESTDIR      =

# Where libzmq.so and libzmq.a are taken from.
BUILD = $(or $(CARGO_TARGET_DIR),target)/release

# What libzmq 4.3.5 calls its file; programs ask for libzmq.so.5.
SO = libzmq.so.5.2.5

DOCS = README.md COMPAT.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE
# The manual, as pages for man and for a browser. Made where there is Python.
MANUAL = target/manual
MAN = packaging/zmq-run.1 $(wildcard $(MANUAL)/man/man?/*.[1-8])
HTML = $(wildcard $(MANUAL)/html/*)
man_path = $(MANDIR)/man$(patsubst .%,%,$(suffix $(1)))/$(notdir $(1))

FILES = $(LIBDIR)/$(SO) $(LIBDIR)/libzmq.so.5 $(LIBDIR)/libzmq.so $(LIBDIR)/libzmq.a \
        $(INCLUDEDIR)/zmq.h $(INCLUDEDIR)/zmq_utils.h $(PKGCONFIGDIR)/libzmq.pc \
        $(CMAKEDIR)/ZeroMQConfig.cmake $(CMAKEDIR)/ZeroMQConfigVersion.cmake $(BINDIR)/zmq-run \
        $(addprefix $(DOCDIR)/,$(DOCS)) $(addprefix $(DOCDIR)/html/,$(notdir $(HTML))) \
        $(foreach page,$(MAN),$(call man_path,$(page)))

from_prefix = $(patsubst $(PREFIX)/%,$${prefix}/%,$(1))
relative = $$(realpath -m --relative-to=$(1) $(2))

all:
	cargo build --release
	scripts/stage
	@$(MAKE) --no-print-directory manual

manual:
	@if command -v python3 >/dev/null; then scripts/manual; else echo "no python3: no manual"; fi

demo check:
	$(MAKE) -C examples-c $@

test:
	cargo test

install:
	@case "$(filter-out /%,$(PREFIX) $(LIBDIR) $(INCLUDEDIR))" in \
	    ?*) echo "PREFIX, LIBDIR and INCLUDEDIR must begin with /" >&2; exit 1;; esac
	@[ -e $(BUILD)/libzmq.so ] && [ -e $(BUILD)/libzmq.a ] || $(MAKE) all
	@[ -e $(MANUAL)/man ] || $(MAKE) --no-print-directory manual
	@# Anew, now that the manual's pages are there to be listed.
	@$(MAKE) --no-print-directory install-files

install-files:
	install -d $(addprefix $(DESTDIR),$(sort $(dir $(FILES))))
	install -m 644 $(BUILD)/libzmq.so $(DESTDIR)$(LIBDIR)/$(SO)
	scripts/archive $(BUILD)/libzmq.a $(DESTDIR)$(LIBDIR)/libzmq.a
	chmod 644 $(DESTDIR)$(LIBDIR)/libzmq.a
	$(if $(STRIP),$(STRIP) --strip-unneeded $(DESTDIR)$(LIBDIR)/$(SO))
	$(if $(STRIP),$(STRIP) --strip-debug $(DESTDIR)$(LIBDIR)/libzmq.a)
	ln -sfn $(SO) $(DESTDIR)$(LIBDIR)/libzmq.so.5
	ln -sfn $(SO) $(DESTDIR)$(LIBDIR)/libzmq.so
	install -m 644 include/zmq.h include/zmq_utils.h $(DESTDIR)$(INCLUDEDIR)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(call from_prefix,$(LIBDIR))|' \
	    -e 's|@INCLUDEDIR@|$(call from_prefix,$(INCLUDEDIR))|' \
	    packaging/libzmq.pc.in > $(DESTDIR)$(PKGCONFIGDIR)/libzmq.pc
	sed -e "s|^set(_zmq_libdirs .*|set(_zmq_libdirs $(call relative,$(CMAKEDIR),$(LIBDIR)))|" \
	    -e "s|^set(_zmq_includedirs .*|set(_zmq_includedirs $(call relative,$(CMAKEDIR),$(INCLUDEDIR)))|" \
	    packaging/ZeroMQConfig.cmake > $(DESTDIR)$(CMAKEDIR)/ZeroMQConfig.cmake
	install -m 644 packaging/ZeroMQConfigVersion.cmake $(DESTDIR)$(CMAKEDIR)
	sed "s|^libdir=[.][.].*|libdir=$(call relative,$(BINDIR),$(LIBDIR))|" packaging/zmq-run > $(DESTDIR)$(BINDIR)/zmq-run
	chmod 755 $(DESTDIR)$(BINDIR)/zmq-run
	install -m 644 $(DOCS) $(DESTDIR)$(DOCDIR)
	@$(foreach page,$(MAN),install -m 644 $(page) $(DESTDIR)$(call man_path,$(page)) &&) :
	@$(if $(HTML),install -m 644 $(HTML) $(DESTDIR)$(DOCDIR)/html)
	@# The loader's list of libraries; an image for elsewhere gets it there.
	@if [ -z "$(DESTDIR)" ] && [ "$$(id -u)" = 0 ]; then PATH=$$PATH:/sbin:/usr/sbin ldconfig || :; fi

install-strip:
	$(MAKE) install STRIP=strip

uninstall:
	rm -f $(addprefix $(DESTDIR),$(FILES))
	rmdir $(DESTDIR)$(CMAKEDIR) $(DESTDIR)$(DOCDIR)/html $(DESTDIR)$(DOCDIR) 2>/dev/null || :
	@if [ -z "$(DESTDIR)" ] && [ "$$(id -u)" = 0 ]; then PATH=$$PATH:/sbin:/usr/sbin ldconfig || :; fi

clean:
	cargo clean
	$(MAKE) -C examples-c clean

.PHONY: all manual demo check test install install-files install-strip uninstall clean
