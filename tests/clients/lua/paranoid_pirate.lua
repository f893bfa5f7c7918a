-- The Paranoid Pirate: a queue and its workers watch one another by heartbeats,
-- clients ask again when no answer comes. One worker dies in the middle of a task,
-- another one falls silent for so long that the queue forgets it.

package.path = arg[0]:gsub("[^/]*$", "") .. "?.lua;" .. package.path
local ffi = require "ffi"
local zmq = require "zmq"

ffi.cdef [[
int fork(void);
int kill(int, int);
int waitpid(int, int *, int);
void _exit(int);
int usleep(unsigned);
struct timespec { long sec; long nsec; };
int clock_gettime(int, struct timespec *);
]]

local INTERVAL_MS, LIVENESS = 100, 3
local READY, HEARTBEAT = "\1", "\2"
local FRONTEND, BACKEND = "ipc://frontend", "ipc://backend"
local QUESTIONS, CLIENTS = 30, 3

local function now()
  local time = ffi.new("struct timespec")
  ffi.C.clock_gettime(1, time)
  return tonumber(time.sec) * 1000 + tonumber(time.nsec) / 1e6
end

local function hex(text) return (text:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end)) end

local function queue()
  local context = zmq.init(1)
  local frontend, backend = zmq.socket(context, zmq.XREP), zmq.socket(context, zmq.XREP)
  frontend:bind(FRONTEND)
  backend:bind(BACKEND)
  local workers = {} -- oldest first: { address, expires }

  local function ready(address)
    for at, worker in ipairs(workers) do
      if worker.address == address then table.remove(workers, at) break end
    end
    workers[#workers + 1] = { address = address, expires = now() + INTERVAL_MS * LIVENESS }
  end

  local function from_worker(socket)
    local parts = socket:recv_all()
    local address = table.remove(parts, 1)
    ready(address)
    if #parts > 1 then
      frontend:send_all(parts)
    else
      assert(parts[1] == READY or parts[1] == HEARTBEAT, hex(parts[1]))
    end
  end

  local function from_client(socket)
    local parts = socket:recv_all()
    table.insert(parts, 1, table.remove(workers, 1).address)
    backend:send_all(parts)
  end

  -- Clients are heard only while somebody can work for them.
  local idle, busy = zmq.poller(), zmq.poller()
  idle:add(backend, from_worker)
  busy:add(backend, from_worker)
  busy:add(frontend, function(socket) if #workers > 0 then from_client(socket) end end)
  local beat = now() + INTERVAL_MS
  while true do
    (#workers > 0 and busy or idle):poll(math.max(0, beat - now()))
    if now() >= beat then
      for _, worker in ipairs(workers) do backend:send_all { worker.address, HEARTBEAT } end
      beat = now() + INTERVAL_MS
    end
    for at = #workers, 1, -1 do
      if now() > workers[at].expires then table.remove(workers, at) end
    end
  end
end

-- `fate(count, socket)` decides what becomes of the worker at its count-th task.
local function work(fate)
  local context = zmq.init(1)
  local count = 0

  local function connect()
    local socket = zmq.socket(context, zmq.XREQ)
    socket:set(zmq.LINGER, 0)
    socket:connect(BACKEND)
    assert(socket:send(READY))
    return socket
  end

  while true do
    local socket, liveness, beat = connect(), LIVENESS, now() + INTERVAL_MS
    local poller = zmq.poller()
    poller:add(socket, function()
      local parts = socket:recv_all()
      liveness = LIVENESS
      if #parts == 3 then
        count = count + 1
        fate(count)
        parts[3] = parts[3]:upper()
        socket:send_all(parts)
      else
        zmq.same(parts[1], HEARTBEAT)
      end
    end)
    while liveness > 0 do
      if poller:poll(INTERVAL_MS) == 0 then liveness = liveness - 1 end
      if now() >= beat then
        assert(socket:send(HEARTBEAT))
        beat = now() + INTERVAL_MS
      end
    end
    -- No heartbeat for so long: the queue must be gone, try anew.
    socket:close()
  end
end

-- Asks until there is an answer, each time through a new socket.
local function ask(name)
  local context = zmq.init(1)
  local retries = 0
  for number = 1, QUESTIONS do
    local answer
    repeat
      local socket = zmq.socket(context, zmq.REQ)
      socket:set(zmq.LINGER, 0)
      socket:set(zmq.RCVTIMEO, 700)
      socket:connect(FRONTEND)
      assert(socket:send(("%s asks %d"):format(name, number)))
      answer = socket:recv()
      socket:close()
      retries = retries + (answer and 0 or 1)
    until answer
    zmq.same(answer, ("%s asks %d"):format(name, number):upper())
  end
  zmq.term(context)
  return retries
end

local processes = {}

-- A process for each part; a context belongs to the process that has made it.
local function start(part, ...)
  local process = ffi.C.fork()
  if process == 0 then
    local good, problem = xpcall(part, debug.traceback, ...)
    if not good then io.stderr:write(tostring(problem), "\n") end
    ffi.C._exit(good and (tonumber(problem) or 0) or 255)
  end
  processes[process] = true
  return process
end

local function status(process)
  local value = ffi.new("int[1]")
  ffi.C.waitpid(process, value, 0)
  processes[process] = nil
  return value[0] % 128 == 0 and math.floor(value[0] / 256) or -1
end

zmq.run {
  { "every_question_is_answered_though_workers_die", function()
    local queued = start(queue)
    local mortal = start(work, function(count) if count == 5 then ffi.C._exit(7) end end)
    local sleeper = start(work, function(count)
      if count == 5 then ffi.C.usleep(1000 * INTERVAL_MS * (LIVENESS + 3)) end
    end)
    local steady = start(work, function() end)
    local clients, retries = {}, 0
    for number = 1, CLIENTS do clients[number] = start(ask, "client " .. number) end
    for _, client in ipairs(clients) do
      local result = status(client)
      assert(result >= 0 and result < 255, "a client ended with " .. result)
      retries = retries + result
    end
    zmq.same(status(mortal), 7)
    assert(retries > 0, "the task of the dead worker was not asked for again")
    for _, process in ipairs { queued, sleeper, steady } do
      ffi.C.kill(process, 9)
      zmq.same(status(process), -1)
    end
  end },
}
