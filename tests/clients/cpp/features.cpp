// What a C++ program does with cppzmq: sockets, multipart messages, pollers, monitors,
// proxies, typed options, errors as exceptions.
#include <atomic>
#include <chrono>
#include <functional>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <zmq.hpp>
#include <zmq_addon.hpp>

#include "client.h"

using namespace std::chrono_literals;

namespace
{
std::string endpoint(const zmq::socket_t &socket)
{
    return socket.get(zmq::sockopt::last_endpoint);
}

void bind(zmq::socket_t &socket)
{
    socket.bind("tcp://127.0.0.1:*");
}

void req_and_rep(zmq::context_t &context)
{
    zmq::socket_t rep(context, zmq::socket_type::rep), req(context, zmq::socket_type::req);
    bind(rep);
    req.connect(endpoint(rep));
    for (int number = 0; number < 200; number++) {
        zmq::message_t question(std::to_string(number)), got, answer;
        EXPECT(req.send(question, zmq::send_flags::none));
        EXPECT(question.size() == 0);
        EXPECT(rep.recv(got));
        EXPECT(got.to_string() == std::to_string(number));
        EXPECT(std::string(got.gets("Socket-Type")) == "REQ");
        EXPECT(rep.send(zmq::buffer(std::string(number * 100, 'x'))));
        EXPECT(req.recv(answer));
        EXPECT(answer.size() == size_t(number) * 100);
    }
}

void multipart_messages(zmq::context_t &context)
{
    zmq::socket_t pull(context, zmq::socket_type::pull), push(context, zmq::socket_type::push);
    bind(pull);
    push.connect(endpoint(pull));
    zmq::multipart_t message;
    message.addstr("head");
    message.addtyp<int>(42);
    message.addmem(nullptr, 0);
    message.add(zmq::message_t(1000000));
    EXPECT(message.send(push));
    zmq::multipart_t got(pull);
    EXPECT(got.size() == 4);
    EXPECT(got.popstr() == "head");
    EXPECT(got.poptyp<int>() == 42);
    EXPECT(got.pop().size() == 0);
    EXPECT(got.pop().size() == 1000000);

    std::vector<zmq::message_t> parts;
    EXPECT(zmq::send_multipart(push, std::vector<zmq::const_buffer>{zmq::str_buffer("a"), zmq::str_buffer("b")}) == 2);
    EXPECT(zmq::recv_multipart(pull, std::back_inserter(parts)) == 2);
    EXPECT(parts[0].more() && !parts[1].more());
}

void zero_copy_frees_once(zmq::context_t &context)
{
    static std::atomic<int> freed{0};
    static char buffer[100000];
    zmq::socket_t pull(context, zmq::socket_type::pull), push(context, zmq::socket_type::push);
    bind(pull);
    push.connect(endpoint(pull));
    for (int number = 0; number < 50; number++) {
        zmq::message_t message(buffer, sizeof buffer, [](void *, void *) { freed++; });
        EXPECT(push.send(message, zmq::send_flags::none));
        EXPECT(pull.recv(message));
        EXPECT(message.size() == sizeof buffer);
    }
    push.close();
    pull.close();
    while (freed < 50)
        std::this_thread::sleep_for(1ms);
    EXPECT(freed == 50);
}

void poll_and_typed_options(zmq::context_t &context)
{
    zmq::socket_t router(context, zmq::socket_type::router), dealer(context, zmq::socket_type::dealer);
    router.set(zmq::sockopt::router_mandatory, true);
    router.set(zmq::sockopt::rcvhwm, 77);
    EXPECT(router.get(zmq::sockopt::rcvhwm) == 77);
    EXPECT(router.get(zmq::sockopt::type) == ZMQ_ROUTER);
    dealer.set(zmq::sockopt::routing_id, "somebody");
    EXPECT(dealer.get(zmq::sockopt::routing_id) == "somebody");
    bind(router);
    dealer.connect(endpoint(router));
    std::vector<zmq::pollitem_t> items = {{router, 0, ZMQ_POLLIN, 0}, {dealer, 0, ZMQ_POLLIN, 0}};
    EXPECT(zmq::poll(items, 0ms) == 0);
    dealer.send(zmq::str_buffer("hello"));
    EXPECT(zmq::poll(items, -1ms) == 1 && items[0].revents == ZMQ_POLLIN);
    std::vector<zmq::message_t> parts;
    EXPECT(zmq::recv_multipart(router, std::back_inserter(parts)) == 2);
    EXPECT(parts[0].to_string_view() == "somebody");
    zmq::send_multipart(router, parts);
    EXPECT(zmq::poll(items, -1ms) == 1 && items[1].revents == ZMQ_POLLIN);
    try {
        router.send(zmq::str_buffer("nobody"), zmq::send_flags::sndmore);
        EXPECT(!"no EHOSTUNREACH");
    } catch (const zmq::error_t &error) {
        EXPECT(error.num() == EHOSTUNREACH);
    }
}

void errors_are_exceptions_and_again_is_none(zmq::context_t &context)
{
    zmq::socket_t pull(context, zmq::socket_type::pull);
    zmq::message_t message;
    EXPECT(!pull.recv(message, zmq::recv_flags::dontwait));
    pull.set(zmq::sockopt::rcvtimeo, 10);
    EXPECT(!pull.recv(message));
    try {
        pull.connect("nonsense://127.0.0.1:1");
        EXPECT(!"no EPROTONOSUPPORT");
    } catch (const zmq::error_t &error) {
        EXPECT(error.num() == EPROTONOSUPPORT);
        EXPECT(std::string(error.what()) == "Protocol not supported");
    }
}

class Watcher : public zmq::monitor_t
{
  public:
    std::string connected;
    bool ready = false;
    void on_event_connected(const zmq_event_t &, const char *address) override
    {
        connected = address;
    }
    void on_event_handshake_succeeded(const zmq_event_t &, const char *) override
    {
        ready = true;
    }
};

void a_monitor_tells_what_happens(zmq::context_t &context)
{
    zmq::socket_t rep(context, zmq::socket_type::rep), req(context, zmq::socket_type::req);
    bind(rep);
    Watcher watcher;
    watcher.init(req, "inproc://watcher");
    req.connect(endpoint(rep));
    while (!watcher.ready)
        watcher.check_event(-1);
    EXPECT(watcher.connected == endpoint(rep));
}

void a_steerable_proxy(zmq::context_t &context)
{
    zmq::socket_t control(context, zmq::socket_type::pair), front(context, zmq::socket_type::router);
    control.bind("inproc://control");
    bind(front);
    std::thread proxy([&] {
        zmq::socket_t back(context, zmq::socket_type::dealer), commands(context, zmq::socket_type::pair);
        back.bind("inproc://workers");
        commands.connect("inproc://control");
        zmq::proxy_steerable(front, back, zmq::socket_ref(), commands);
    });
    std::vector<std::thread> workers;
    for (int number = 0; number < 3; number++)
        workers.emplace_back([&] {
            zmq::socket_t rep(context, zmq::socket_type::rep);
            rep.connect("inproc://workers");
            for (;;) {
                zmq::message_t question;
                (void) rep.recv(question);
                bool last = question.to_string_view() == "end";
                rep.send(question, zmq::send_flags::none);
                if (last)
                    return;
            }
        });
    zmq::socket_t req(context, zmq::socket_type::req);
    req.connect(endpoint(front));
    for (int number = 0; number < 203; number++) {
        zmq::message_t answer;
        std::string text = number < 200 ? std::to_string(number) : "end";
        req.send(zmq::buffer(text));
        EXPECT(req.recv(answer) && answer.to_string() == text);
    }
    for (auto &worker : workers)
        worker.join();
    control.send(zmq::str_buffer("TERMINATE"));
    proxy.join();
}

void curve_between_two_sockets(zmq::context_t &context)
{
    char public_key[41], secret_key[41], own_public[41], own_secret[41];
    EXPECT(zmq_curve_keypair(public_key, secret_key) == 0 && zmq_curve_keypair(own_public, own_secret) == 0);
    zmq::socket_t pull(context, zmq::socket_type::pull), push(context, zmq::socket_type::push);
    pull.set(zmq::sockopt::curve_server, true);
    pull.set(zmq::sockopt::curve_secretkey, secret_key);
    push.set(zmq::sockopt::curve_serverkey, public_key);
    push.set(zmq::sockopt::curve_publickey, own_public);
    push.set(zmq::sockopt::curve_secretkey, own_secret);
    EXPECT(push.get(zmq::sockopt::curve_serverkey) == public_key);
    bind(pull);
    push.connect(endpoint(pull));
    push.send(zmq::str_buffer("secret"));
    zmq::message_t message;
    EXPECT(pull.recv(message) && message.to_string_view() == "secret");
}

void a_shutdown_ends_a_blocked_thread(zmq::context_t &)
{
    zmq::context_t own;
    std::atomic<bool> ready{false};
    int error = 0;
    std::thread blocked([&] {
        zmq::socket_t pull(own, zmq::socket_type::pull);
        zmq::message_t message;
        ready = true;
        try {
            (void) pull.recv(message);
        } catch (const zmq::error_t &thrown) {
            error = thrown.num();
        }
    });
    while (!ready)
        std::this_thread::yield();
    own.shutdown();
    blocked.join();
    EXPECT(error == ETERM);
}
} // namespace

int main()
{
    const std::vector<std::pair<const char *, std::function<void(zmq::context_t &)>>> tests = {
#define TEST(name) {#name, name}
        TEST(req_and_rep),
        TEST(multipart_messages),
        TEST(zero_copy_frees_once),
        TEST(poll_and_typed_options),
        TEST(errors_are_exceptions_and_again_is_none),
        TEST(a_monitor_tells_what_happens),
        TEST(a_steerable_proxy),
        TEST(curve_between_two_sockets),
        TEST(a_shutdown_ends_a_blocked_thread),
    };
    std::string version = std::to_string(CPPZMQ_VERSION_MAJOR) + "." + std::to_string(CPPZMQ_VERSION_MINOR) + "."
                          + std::to_string(CPPZMQ_VERSION_PATCH);
    announce(version.c_str());
    zmq::context_t context;
    for (const auto &[name, test] : tests) {
        test_name = name;
        try {
            test(context);
        } catch (const std::exception &error) {
            std::cout << "FAIL " << name << ": " << error.what() << std::endl;
            _exit(1);
        }
        passed();
    }
}
