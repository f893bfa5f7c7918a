# What a Ruby program does with ffi-rzmq, which binds every function by name when it
# is loaded and shows return codes as C has them.

require 'ffi-rzmq'

$stdout.sync = true

def announce
  paths = File.readlines('/proc/self/maps').map { |line| line[%r{(/\S*/libzmq\S*)$}, 1] }.compact.uniq
  version = LibZMQ.version
  puts "client #{ZMQ::VERSION}"
  puts "library #{version[:major]}.#{version[:minor]}.#{version[:patch]} #{paths.join(' ')}"
end

def same(found, expected)
  raise "#{found.inspect} instead of #{expected.inspect}" unless found == expected
end

def good(code)
  raise "error #{ZMQ::Util.errno}: #{ZMQ::Util.error_string}" unless ZMQ::Util.resultcode_ok?(code)
end

def option(socket, name)
  values = []
  good(socket.getsockopt(name, values))
  values.first
end

# Two connected sockets; the first one binds.
def pair(context, first, second)
  one = context.socket(first)
  two = context.socket(second)
  good(one.bind('tcp://127.0.0.1:*'))
  good(two.connect(option(one, ZMQ::LAST_ENDPOINT).delete("\0")))
  [one, two]
end

TESTS = {
  req_and_rep: lambda do |context|
    rep, req = pair(context, ZMQ::REP, ZMQ::REQ)
    200.times do |number|
      good(req.send_string("question #{number}"))
      text = +''
      good(rep.recv_string(text))
      same(text, "question #{number}")
      good(rep.send_strings(["answer #{number}", '', 'x' * number * 50]))
      parts = []
      good(req.recv_strings(parts))
      same(parts, ["answer #{number}", '', 'x' * number * 50])
    end
    [rep, req]
  end,

  errors_by_code_and_errno: lambda do |context|
    rep, req = pair(context, ZMQ::REP, ZMQ::REQ)
    same(rep.recv_string(+'', ZMQ::DONTWAIT), -1)
    same(ZMQ::Util.errno, ZMQ::EAGAIN)
    same(req.recv_string(+''), -1)
    same(ZMQ::Util.errno, ZMQ::EFSM)
    same(req.connect('nonsense://127.0.0.1:1'), -1)
    same(ZMQ::Util.errno, 93)
    [rep, req]
  end,

  a_poller_of_four_sockets: lambda do |context|
    poller = ZMQ::Poller.new
    pairs = Array.new(4) { pair(context, ZMQ::PULL, ZMQ::PUSH) }
    pairs.each do |pull, push|
      good(poller.register_readable(pull))
      50.times { |number| good(push.send_string(number.to_s)) }
    end
    sums = Hash.new(0)
    count = 0
    while count < 200
      good(poller.poll(:blocking))
      poller.readables.each do |pull|
        text = +''
        good(pull.recv_string(text, ZMQ::DONTWAIT))
        sums[pull] += text.to_i
        count += 1
      end
    end
    same(sums.values, [1225] * 4)
    same(poller.poll(10), 0)
    pairs.flatten
  end,

  subscriptions: lambda do |context|
    xpub, sub = pair(context, ZMQ::XPUB, ZMQ::SUB)
    good(sub.setsockopt(ZMQ::SUBSCRIBE, 'wanted'))
    text = +''
    good(xpub.recv_string(text))
    same(text, "\u0001wanted")
    100.times do |number|
      good(xpub.send_strings(['other', '']))
      good(xpub.send_strings(['wanted', number.to_s]))
    end
    100.times do |number|
      parts = []
      good(sub.recv_strings(parts))
      same(parts, ['wanted', number.to_s])
    end
    [xpub, sub]
  end,

  messages_are_copied_and_moved: lambda do |context|
    pull, push = pair(context, ZMQ::PULL, ZMQ::PUSH)
    message = ZMQ::Message.new('y' * 100_000)
    copy = ZMQ::Message.new
    good(copy.copy(message.pointer))
    good(push.sendmsg(message))
    good(push.sendmsg(copy))
    2.times do
      got = ZMQ::Message.new
      good(pull.recvmsg(got))
      same(got.copy_out_string, 'y' * 100_000)
      got.close
    end
    [pull, push]
  end,

  threads_behind_a_proxy: lambda do |context|
    front, req = pair(context, ZMQ::ROUTER, ZMQ::REQ)
    back = context.socket(ZMQ::DEALER)
    good(back.bind('inproc://workers'))
    # Ruby's threads take turns: who waits in C lets no other one run, so all poll.
    worker = Thread.new do
      rep = context.socket(ZMQ::REP)
      good(rep.connect('inproc://workers'))
      poller = ZMQ::Poller.new
      poller.register_readable(rep)
      served = 0
      while served < 50
        good(poller.poll(1))
        next Thread.pass if poller.readables.empty?
        text = +''
        good(rep.recv_string(text))
        good(rep.send_string(text.upcase))
        served += 1
      end
      rep
    end
    poller = ZMQ::Poller.new
    [front, back, req].each { |socket| poller.register_readable(socket) }
    good(req.send_string('question 0'))
    answers = 0
    while answers < 50
      good(poller.poll(1))
      poller.readables.each do |ready|
        parts = []
        good(ready.recv_strings(parts))
        if ready == req
          same(parts, ["QUESTION #{answers}"])
          answers += 1
          good(req.send_string("question #{answers}")) if answers < 50
        else
          good((ready == front ? back : front).send_strings(parts))
        end
      end
      Thread.pass
    end
    [front, back, req, worker.value]
  end,

  curve_keys_and_options: lambda do |context|
    public_key, secret_key = ZMQ::Util.curve_keypair
    own_public, own_secret = ZMQ::Util.curve_keypair
    pull = context.socket(ZMQ::PULL)
    push = context.socket(ZMQ::PUSH)
    good(pull.setsockopt(ZMQ::CURVE_SERVER, 1))
    good(pull.setsockopt(ZMQ::CURVE_SECRETKEY, secret_key))
    good(push.setsockopt(ZMQ::CURVE_SERVERKEY, public_key))
    good(push.setsockopt(ZMQ::CURVE_PUBLICKEY, own_public))
    good(push.setsockopt(ZMQ::CURVE_SECRETKEY, own_secret))
    good(pull.bind('tcp://127.0.0.1:*'))
    good(push.connect(option(pull, ZMQ::LAST_ENDPOINT).delete("\0")))
    good(push.send_string('secret'))
    text = +''
    good(pull.recv_string(text))
    same(text, 'secret')
    [pull, push]
  end
}.freeze

announce
failed = 0
TESTS.each do |name, test|
  context = ZMQ::Context.create
  begin
    test.call(context).each { |socket| good(socket.close) }
    good(context.terminate)
    puts "ok #{name}"
  rescue StandardError => e
    puts "FAIL #{name} #{e.message}\n#{e.backtrace.first(5).join("\n")}"
    failed += 1
  end
end
exit!(failed.zero? ? 0 : 1)
