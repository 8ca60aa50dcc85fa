import Foundation

/// An open file descriptor.
struct Descriptor {
  private let number: Int32

  init(_ number: Int32) { self.number = number }

  /// Writes a text; returns nil, or the system's error number if the write was incomplete.
  func write(_ text: String) -> Int32? {
    var text = text
    return text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }

  /// Writes bytes; returns nil, or the system's error number if the write was incomplete.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Darwin)
        let count = Darwin.write(number, part.baseAddress, part.count)
      #else
        let count = Glibc.write(number, part.baseAddress, part.count)
      #endif
      if count >= 0 {
        rest = rest.dropFirst(count)
        continue
      }
      let problem = errno
      switch problem {
      case EINTR: continue
      case EAGAIN, EWOULDBLOCK:
        // Another program has set the stream to non-blocking; this program waits.
        var ready = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, -1)
      default: return problem
      }
    }
    return nil
  }
}
