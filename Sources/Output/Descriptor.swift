import Foundation

/// An open file of the system, by its number.
struct Descriptor {
  private let number: Int32

  init(_ number: Int32) { self.number = number }

  /// Writes a text; nil, or the system's error number when not all of it could be written.
  func write(_ text: String) -> Int32? {
    var text = text
    return text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }

  /// Writes bytes; nil, or the system's error number when not all of them could be written.
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
        // Another program has made the stream one that does not wait; this one does.
        var ready = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, -1)
      default: return problem
      }
    }
    return nil
  }
}
