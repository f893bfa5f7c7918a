// hello.c again, in C++ with cppzmq.

#include <iostream>
#include <tuple>
#include <zmq.hpp>

int main()
{
    zmq::context_t context;
    zmq::socket_t pull(context, zmq::socket_type::pull);
    zmq::socket_t push(context, zmq::socket_type::push);
    zmq::message_t message;

    pull.bind("tcp://127.0.0.1:*");
    push.connect(pull.get(zmq::sockopt::last_endpoint));
    push.send(zmq::str_buffer("hello"), zmq::send_flags::none);
    if (!pull.recv(message)) {
        return 1;
    }
    const auto version = zmq::version();
    std::cout << "header " << ZMQ_VERSION_MAJOR << '.' << ZMQ_VERSION_MINOR << '.' << ZMQ_VERSION_PATCH
              << ", library " << std::get<0>(version) << '.' << std::get<1>(version) << '.'
              << std::get<2>(version) << ", " << message.to_string() << '\n';
}
