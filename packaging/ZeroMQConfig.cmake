# find_package(ZeroMQ): the targets libzmq and libzmq-static, and for projects
# older than targets ZeroMQ_INCLUDE_DIR, ZeroMQ_LIBRARY, ZeroMQ_STATIC_LIBRARY.
#
# Everything is found from where this file is, so that a tree may be moved.
# `make install` writes the exact places into the next two lines; `cargo cinstall`
# copies the file to share/cmake/ZeroMQ as it is, and then one of these holds.
set(_zmq_libdirs ../../../lib/${CMAKE_LIBRARY_ARCHITECTURE} ../../../lib ../../../lib64)
set(_zmq_includedirs ../../../include)

# Seen through a link such as /lib -> /usr/lib, `..` would lead elsewhere.
get_filename_component(_zmq_here "${CMAKE_CURRENT_LIST_FILE}" REALPATH)
get_filename_component(_zmq_here "${_zmq_here}" DIRECTORY)

unset(ZeroMQ_INCLUDE_DIR)
foreach(_zmq_dir IN LISTS _zmq_includedirs)
  get_filename_component(_zmq_dir "${_zmq_dir}" ABSOLUTE BASE_DIR "${_zmq_here}")
  if(NOT ZeroMQ_INCLUDE_DIR AND EXISTS "${_zmq_dir}/zmq.h")
    set(ZeroMQ_INCLUDE_DIR "${_zmq_dir}")
  endif()
endforeach()

unset(ZeroMQ_LIBRARY)
unset(ZeroMQ_STATIC_LIBRARY)
foreach(_zmq_dir IN LISTS _zmq_libdirs)
  get_filename_component(_zmq_dir "${_zmq_dir}" ABSOLUTE BASE_DIR "${_zmq_here}")
  if(NOT ZeroMQ_LIBRARY AND EXISTS "${_zmq_dir}/libzmq.so.5.2.5")
    set(ZeroMQ_LIBRARY "${_zmq_dir}/libzmq.so.5.2.5")
    if(EXISTS "${_zmq_dir}/libzmq.a")
      set(ZeroMQ_STATIC_LIBRARY "${_zmq_dir}/libzmq.a")
    endif()
  endif()
endforeach()

if(NOT ZeroMQ_INCLUDE_DIR OR NOT ZeroMQ_LIBRARY)
  set(ZeroMQ_FOUND FALSE)
  set(ZeroMQ_NOT_FOUND_MESSAGE "zmq.h or libzmq.so.5.2.5 is not where ${CMAKE_CURRENT_LIST_FILE} expects it")
  return()
endif()

if(NOT TARGET libzmq)
  add_library(libzmq SHARED IMPORTED)
  set_target_properties(libzmq PROPERTIES
    IMPORTED_LOCATION "${ZeroMQ_LIBRARY}"
    IMPORTED_SONAME libzmq.so.5
    INTERFACE_INCLUDE_DIRECTORIES "${ZeroMQ_INCLUDE_DIR}")
endif()

if(ZeroMQ_STATIC_LIBRARY AND NOT TARGET libzmq-static)
  add_library(libzmq-static STATIC IMPORTED)
  # The same as Libs.private in libzmq.pc.
  set_target_properties(libzmq-static PROPERTIES
    IMPORTED_LOCATION "${ZeroMQ_STATIC_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${ZeroMQ_INCLUDE_DIR}"
    INTERFACE_COMPILE_DEFINITIONS ZMQ_STATIC
    INTERFACE_LINK_LIBRARIES "-lutil;-lrt;-lpthread;-lm;-ldl")
endif()

set(ZeroMQ_FOUND TRUE)
