# What a Perl program does with ZMQ::FFI, which chooses its functions by the version
# that the library reports. Left to itself it takes the libzmq with the longest version
# in its file name, wherever that is: LD_LIBRARY_PATH has no say unless a name is given.

use strict;
use warnings;

use FFI::Platypus;
use POSIX ();
use ZMQ::FFI;
use ZMQ::FFI::Constants qw(:all);

$| = 1;
alarm 120;

sub context {
    return ZMQ::FFI->new(soname => 'libzmq.so.5');
}

sub endpoint {
    return $_[0]->get(ZMQ_LAST_ENDPOINT, 'string');
}

sub announce {
    # Its object keeps the library loaded.
    my $context = context();
    open my $maps, '<', '/proc/self/maps' or die;
    my %paths = map { m{(/\S*/libzmq\S*)$} ? ($1 => 1) : () } <$maps>;
    print "client $ZMQ::FFI::VERSION\n";
    print 'library ', join('.', $context->version), ' ', join(' ', sort keys %paths), "\n";
}

sub same {
    my ($found, $expected) = @_;
    die "'$found' instead of '$expected'" unless defined $found && $found eq $expected;
}

# Two connected sockets; the first one binds.
sub pair {
    my ($context, $first, $second) = @_;
    my ($one, $two) = ($context->socket($first), $context->socket($second));
    $one->bind('tcp://127.0.0.1:*');
    $two->connect(endpoint($one));
    return ($one, $two);
}

my @tests = (
    req_and_rep => sub {
        my ($rep, $req) = pair($_[0], ZMQ_REP, ZMQ_REQ);
        for my $number (1 .. 200) {
            $req->send("question $number");
            same($rep->recv, "question $number");
            $rep->send_multipart(["answer $number", '', 'x' x ($number * 50)]);
            same(join('|', $req->recv_multipart), "answer $number||" . 'x' x ($number * 50));
        }
    },
    errors_are_exceptions_with_the_text_of_errno => sub {
        my ($rep, $req) = pair($_[0], ZMQ_REP, ZMQ_REQ);
        eval { $rep->recv(ZMQ_DONTWAIT); 1 } and die 'no EAGAIN';
        die $@ unless $@ =~ /Resource temporarily unavailable/;
        $req->die_on_error(0);
        $req->recv;
        same($req->last_errno, 156384763);
        same($req->has_error ? 1 : 0, 1);
    },
    pub_and_sub => sub {
        my ($xpub, $sub) = pair($_[0], ZMQ_XPUB, ZMQ_SUB);
        $sub->subscribe('wanted');
        same($xpub->recv, "\1wanted");
        for my $number (1 .. 100) {
            $xpub->send_multipart(['other', '']);
            $xpub->send_multipart(['wanted', $number]);
        }
        same(($sub->recv_multipart)[1], $_) for 1 .. 100;
        $sub->unsubscribe('wanted');
        same($xpub->recv, "\0wanted");
    },
    options_of_every_type => sub {
        my $dealer = $_[0]->socket(ZMQ_DEALER);
        $dealer->set(ZMQ_SNDHWM, 'int', 7);
        same($dealer->get(ZMQ_SNDHWM, 'int'), 7);
        $dealer->set(ZMQ_MAXMSGSIZE, 'int64_t', 2**40);
        same($dealer->get(ZMQ_MAXMSGSIZE, 'int64_t'), 2**40);
        $dealer->set(ZMQ_AFFINITY, 'uint64_t', 1);
        same($dealer->get(ZMQ_AFFINITY, 'uint64_t'), 1);
        $dealer->set_identity("some\0body");
        same($dealer->get_identity, "some\0body");
        $dealer->set_linger(250);
        same($dealer->get_linger, 250);
        same($_[0]->get(ZMQ_MAX_SOCKETS), 1023);
    },
    the_descriptor_in_an_event_loop => sub {
        my ($pull, $push) = pair($_[0], ZMQ_PULL, ZMQ_PUSH);
        my $bits = '';
        vec($bits, $pull->get_fd, 1) = 1;
        my $got = 0;
        for my $round (1 .. 100) {
            $push->send($_) for 1 .. $round % 5 + 1;
            my $wanted = $got + $round % 5 + 1;
            while ($got < $wanted) {
                # Everything there is, before the loop sleeps again.
                while ($pull->has_pollin) {
                    $pull->recv(ZMQ_DONTWAIT);
                    $got++;
                }
                last if $got == $wanted;
                select(my $ready = $bits, undef, undef, undef);
            }
        }
        same($got, 300);
    },
    a_proxy_in_a_child_process => sub {
        my $said = $_[0]->socket(ZMQ_PULL);
        $said->bind('tcp://127.0.0.1:*');
        my $said_at = endpoint($said);
        my $child = fork;
        if (!$child) {
            my $own = context();
            my ($front, $back, $say) = map { $own->socket($_) } ZMQ_ROUTER, ZMQ_DEALER, ZMQ_PUSH;
            $_->bind('tcp://127.0.0.1:*') for $front, $back;
            $say->connect($said_at);
            $say->send_multipart([map { endpoint($_) } $front, $back]);
            $own->proxy($front, $back);
            POSIX::_exit(0);
        }
        my @at = $said->recv_multipart;
        my ($req, $rep) = ($_[0]->socket(ZMQ_REQ), $_[0]->socket(ZMQ_REP));
        $req->connect($at[0]);
        $rep->connect($at[1]);
        for my $number (1 .. 100) {
            $req->send($number);
            $rep->send($rep->recv . '!');
            same($req->recv, "$number!");
        }
        kill 'TERM', $child;
        waitpid $child, 0;
        $_->set_linger(0) for $req, $rep;
    },
    sockets_and_contexts_are_of_one_process => sub {
        my ($pull, $push) = pair($_[0], ZMQ_PULL, ZMQ_PUSH);
        # The child's destructors leave alone what its parent has made.
        my $child = fork;
        if (!$child) {
            undef $pull;
            undef $push;
            POSIX::_exit(0);
        }
        waitpid $child, 0;
        same($?, 0);
        $push->send('after');
        same($pull->recv, 'after');
    },
);

announce();
my $failed = 0;
while (my ($name, $test) = splice @tests, 0, 2) {
    my $good = eval {
        my $context = context();
        $test->($context);
        $context->destroy;
        1;
    };
    print $good ? "ok $name\n" : "FAIL $name $@\n";
    $failed++ unless $good;
}
POSIX::_exit($failed ? 1 : 0);
