-- What a Lua program does by LuaJIT's ffi, with names of ZeroMQ 2.

package.path = arg[0]:gsub("[^/]*$", "") .. "?.lua;" .. package.path
local ffi = require "ffi"
local zmq = require "zmq"
local same = zmq.same

ffi.cdef [[
int fork(void);
int waitpid(int, int *, int);
void _exit(int);
]]

local function pair(context, first, second)
  local a, b = zmq.socket(context, first), zmq.socket(context, second)
  b:connect(a:bind("tcp://127.0.0.1:*"))
  return a, b
end

-- Every test has a context of its own, which must end.
local function with_context(test)
  return function()
    local context = zmq.init(1)
    for _, socket in ipairs { test(context) } do socket:close() end
    zmq.term(context)
  end
end

zmq.run {
  { "the_old_names_are_the_new_types", with_context(function(context)
    local xreq, xrep = zmq.socket(context, zmq.XREQ), zmq.socket(context, zmq.XREP)
    same(xreq:get(zmq.TYPE), 5)
    same(xrep:get(zmq.TYPE), 6)
    return xreq, xrep
  end) },
  { "req_and_rep_through_xrep_and_xreq", with_context(function(context)
    local front, req = pair(context, zmq.XREP, zmq.REQ)
    local back, rep = pair(context, zmq.XREQ, zmq.REP)
    for number = 1, 200 do
      assert(req:send("question " .. number))
      back:send_all(front:recv_all())
      same(rep:recv(), "question " .. number)
      assert(rep:send(("x"):rep(number * 50)))
      front:send_all(back:recv_all())
      same(#req:recv(), number * 50)
    end
    return front, req, back, rep
  end) },
  { "errors_by_number", with_context(function(context)
    local rep, req = pair(context, zmq.REP, zmq.REQ)
    local text, number = rep:recv(zmq.NOBLOCK)
    same(text, nil)
    same(number, zmq.EAGAIN)
    text, number = req:recv()
    same(number, zmq.EFSM)
    return rep, req
  end) },
  { "subscriptions", with_context(function(context)
    local xpub, sub = pair(context, 9, zmq.SUB)
    sub:set(zmq.SUBSCRIBE, "wanted")
    same(xpub:recv(), "\1wanted")
    for number = 1, 100 do
      xpub:send_all { "other", "" }
      xpub:send_all { "wanted", tostring(number) }
    end
    for number = 1, 100 do same(sub:recv_all()[2], tostring(number)) end
    return xpub, sub
  end) },
  { "a_poller_with_functions", with_context(function(context)
    local poller, got, sockets = zmq.poller(), {}, {}
    for at = 1, 4 do
      local pull, push = pair(context, zmq.PULL, zmq.PUSH)
      poller:add(pull, function(socket) got[at] = (got[at] or 0) + tonumber(socket:recv()) end)
      for number = 1, 50 do push:send(tostring(number)) end
      sockets[#sockets + 1], sockets[#sockets + 2] = pull, push
    end
    local count = 0
    while count < 200 do count = count + poller:poll(-1) end
    for at = 1, 4 do same(got[at], 50 * 51 / 2) end
    same(poller:poll(10), 0)
    return unpack(sockets)
  end) },
  { "a_queue_device_in_a_process_of_its_own", with_context(function(context)
    -- The endpoints come back by a PUSH to a wildcard port of ours.
    local tell = zmq.socket(context, zmq.PULL)
    local tell_at = tell:bind("ipc://tell")
    local process = ffi.C.fork()
    if process == 0 then
      local own = zmq.init(1)
      local front, back, say = zmq.socket(own, zmq.XREP), zmq.socket(own, zmq.XREQ), zmq.socket(own, zmq.PUSH)
      say:connect(tell_at)
      say:send_all { front:bind("tcp://127.0.0.1:*"), back:bind("tcp://127.0.0.1:*") }
      zmq.C.zmq_device(3, front.handle, back.handle)
      ffi.C._exit(0)
    end
    local at = tell:recv_all()
    local req, rep = zmq.socket(context, zmq.REQ), zmq.socket(context, zmq.REP)
    req:connect(at[1])
    rep:connect(at[2])
    for number = 1, 100 do
      req:send(tostring(number))
      rep:send(rep:recv() .. "!")
      same(req:recv(), number .. "!")
    end
    os.execute("kill " .. process)
    ffi.C.waitpid(process, nil, 0)
    return tell, req, rep
  end) },
  { "a_stopwatch_tells_how_long_zmq_sleep_slept", function()
    local watch = zmq.C.zmq_stopwatch_start()
    zmq.C.zmq_sleep(1)
    assert(zmq.C.zmq_stopwatch_stop(watch) >= 1000000)
  end },
}
