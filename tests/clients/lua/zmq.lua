-- A binding by LuaJIT's ffi, as small as such bindings get: libzmq.so.5 by dlopen,
-- zmq_msg_t as 64 bytes, the old names where libzmq still has them.

local ffi = require "ffi"

ffi.cdef [[
typedef struct { unsigned char _[64]; } __attribute__((aligned(8))) zmq_msg_t;
typedef struct { void *socket; int fd; short events; short revents; } zmq_pollitem_t;
void zmq_version(int *, int *, int *);
int zmq_errno(void);
const char *zmq_strerror(int);
void *zmq_init(int);
int zmq_term(void *);
void *zmq_socket(void *, int);
int zmq_close(void *);
int zmq_setsockopt(void *, int, const void *, size_t);
int zmq_getsockopt(void *, int, void *, size_t *);
int zmq_bind(void *, const char *);
int zmq_connect(void *, const char *);
int zmq_msg_init(zmq_msg_t *);
int zmq_msg_init_size(zmq_msg_t *, size_t);
void *zmq_msg_data(zmq_msg_t *);
size_t zmq_msg_size(zmq_msg_t *);
int zmq_msg_close(zmq_msg_t *);
int zmq_sendmsg(void *, zmq_msg_t *, int);
int zmq_recvmsg(void *, zmq_msg_t *, int);
int zmq_poll(zmq_pollitem_t *, int, long);
int zmq_device(int, void *, void *);
void *zmq_stopwatch_start(void);
unsigned long zmq_stopwatch_stop(void *);
void zmq_sleep(int);
]]

local C = ffi.load("libzmq.so.5")
local zmq = {
  C = C, PAIR = 0, PUB = 1, SUB = 2, REQ = 3, REP = 4, XREQ = 5, XREP = 6, PULL = 7, PUSH = 8,
  IDENTITY = 5, SUBSCRIBE = 6, RCVMORE = 13, TYPE = 16, LINGER = 17, LAST_ENDPOINT = 32, RCVTIMEO = 27,
  NOBLOCK = 1, SNDMORE = 2, POLLIN = 1, POLLOUT = 2, EAGAIN = 11, ETERM = 156384765, EFSM = 156384763,
}
local Socket = {}
Socket.__index = Socket

local function check(status)
  if status == -1 then error("zmq: " .. ffi.string(C.zmq_strerror(C.zmq_errno())), 3) end
  return status
end

function zmq.version()
  local numbers = ffi.new("int[3]")
  C.zmq_version(numbers, numbers + 1, numbers + 2)
  return ("%d.%d.%d"):format(numbers[0], numbers[1], numbers[2])
end

function zmq.init(threads)
  local context = C.zmq_init(threads or 1)
  assert(context ~= nil)
  return context
end

function zmq.term(context) check(C.zmq_term(context)) end

function zmq.socket(context, kind)
  local handle = C.zmq_socket(context, kind)
  if handle == nil then check(-1) end
  return setmetatable({ handle = handle, message = ffi.new("zmq_msg_t") }, Socket)
end

function Socket:close() check(C.zmq_close(self.handle)) end
function Socket:connect(endpoint) check(C.zmq_connect(self.handle, endpoint)) end

-- Binds and tells where.
function Socket:bind(endpoint)
  check(C.zmq_bind(self.handle, endpoint))
  local text, size = ffi.new("char[256]"), ffi.new("size_t[1]", 256)
  check(C.zmq_getsockopt(self.handle, zmq.LAST_ENDPOINT, text, size))
  return ffi.string(text)
end

function Socket:set(option, value)
  if type(value) == "number" then
    check(C.zmq_setsockopt(self.handle, option, ffi.new("int[1]", value), 4))
  else
    check(C.zmq_setsockopt(self.handle, option, value, #value))
  end
end

function Socket:get(option)
  local value, size = ffi.new("int[1]"), ffi.new("size_t[1]", 4)
  check(C.zmq_getsockopt(self.handle, option, value, size))
  return value[0]
end

-- nil and the error's number when it could not.
function Socket:send(text, flags)
  check(C.zmq_msg_init_size(self.message, #text))
  ffi.copy(C.zmq_msg_data(self.message), text, #text)
  local sent = C.zmq_sendmsg(self.handle, self.message, flags or 0)
  if sent == -1 then
    local number = C.zmq_errno()
    C.zmq_msg_close(self.message)
    return nil, number
  end
  return sent
end

function Socket:recv(flags)
  check(C.zmq_msg_init(self.message))
  if C.zmq_recvmsg(self.handle, self.message, flags or 0) == -1 then
    local number = C.zmq_errno()
    C.zmq_msg_close(self.message)
    return nil, number
  end
  local text = ffi.string(C.zmq_msg_data(self.message), C.zmq_msg_size(self.message))
  check(C.zmq_msg_close(self.message))
  return text
end

function Socket:send_all(parts)
  for at, part in ipairs(parts) do
    assert(self:send(part, at < #parts and zmq.SNDMORE or 0))
  end
end

function Socket:recv_all(flags)
  local parts = {}
  repeat
    local part, number = self:recv(flags)
    if not part then return nil, number end
    parts[#parts + 1] = part
  until self:get(zmq.RCVMORE) == 0
  return parts
end

-- A poller with a function for each socket, as zmq.poller of lua-zmq.
local Poller = {}
Poller.__index = Poller

function zmq.poller() return setmetatable({ sockets = {}, functions = {} }, Poller) end

function Poller:add(socket, ready)
  self.sockets[#self.sockets + 1] = socket
  self.functions[#self.functions + 1] = ready
  self.items = nil
end

function Poller:poll(timeout)
  if not self.items then
    self.items = ffi.new("zmq_pollitem_t[?]", #self.sockets)
    for at, socket in ipairs(self.sockets) do
      self.items[at - 1].socket, self.items[at - 1].events = socket.handle, zmq.POLLIN
    end
  end
  local count = check(C.zmq_poll(self.items, #self.sockets, timeout))
  for at = 1, #self.sockets do
    if self.items[at - 1].revents ~= 0 then self.functions[at](self.sockets[at]) end
  end
  return count
end

-- Tests

function zmq.announce()
  local paths = {}
  for line in io.lines("/proc/self/maps") do
    local path = line:match("(/%S*/libzmq%S*)$")
    if path and not paths[path] then paths[path], paths[#paths + 1] = true, path end
  end
  print("client " .. jit.version)
  print("library " .. zmq.version() .. " " .. table.concat(paths, " "))
  io.stdout:flush()
end

function zmq.same(found, expected)
  if found ~= expected then error(("%s instead of %s"):format(tostring(found), tostring(expected)), 2) end
end

function zmq.run(tests)
  local failed = 0
  zmq.announce()
  for _, test in ipairs(tests) do
    local good, problem = xpcall(test[2], debug.traceback)
    print(good and "ok " .. test[1] or "FAIL " .. test[1] .. " " .. problem)
    io.stdout:flush()
    failed = failed + (good and 0 or 1)
  end
  os.exit(failed == 0 and 0 or 1)
end

return zmq
