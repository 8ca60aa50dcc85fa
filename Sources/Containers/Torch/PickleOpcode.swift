/// An opcode of pickles that builds values.
package struct PickleOpcode: Sendable {
  package let run: @Sendable (inout PickleMachine) throws -> Void

  private init(_ run: @escaping @Sendable (inout PickleMachine) throws -> Void) { self.run = run }

  package static let expectation = "opcodes of protocols 2 to 5 that build tensors, arrays, dictionaries and lists"

  /// The supported opcodes by byte; 0x2e ends a pickle.
  package static let table: [UInt8: PickleOpcode] = [
    // PROTO, FRAME: the opcodes themselves show what follows.
    0x80: .init { _ = try $0.number(size: 1) }, 0x95: .init { _ = try $0.number(size: 8) },
    // MARK, POP, POP_MARK
    0x28: .init { $0.marks.append($0.stack.count) }, 0x30: .init { _ = try $0.pop() },
    0x31: .init { _ = try $0.popToMark() },
    // NONE, NEWTRUE, NEWFALSE
    0x4e: .init { $0.push(.none) }, 0x88: .init { $0.push(.bool(true)) }, 0x89: .init { $0.push(.bool(false)) },
    // BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT
    0x4a: .init { $0.push(.integer(Int(Int32(truncatingIfNeeded: try $0.number(size: 4))))) },
    0x4b: .init { $0.push(.integer(Int(try $0.number(size: 1)))) },
    0x4d: .init { $0.push(.integer(Int(try $0.number(size: 2)))) },
    0x8a: .init { try $0.pushLong(size: 1) }, 0x8b: .init { try $0.pushLong(size: 4) },
    0x47: .init { $0.push(.number(Double(bitPattern: try $0.number(size: 8).byteSwapped))) },
    // BINUNICODE, SHORT_BINUNICODE, BINUNICODE8
    0x58: .init { $0.push(.text(try $0.counted(size: 4))) }, 0x8c: .init { $0.push(.text(try $0.counted(size: 1))) },
    0x8d: .init { $0.push(.text(try $0.counted(size: 8))) },
    // BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8
    0x42: .init { try $0.pushBytes(size: 4) }, 0x43: .init { try $0.pushBytes(size: 1) },
    0x8e: .init { try $0.pushBytes(size: 8) }, 0x96: .init { try $0.pushBytes(size: 8) },
    // EMPTY_TUPLE, TUPLE, TUPLE1, TUPLE2, TUPLE3
    0x29: .init { $0.push(.tuple($0.node())) }, 0x74: .init { $0.push(.tuple($0.node(try $0.popToMark()))) },
    0x85: .init { $0.push(.tuple($0.node(try $0.pop(1)))) }, 0x86: .init { $0.push(.tuple($0.node(try $0.pop(2)))) },
    0x87: .init { $0.push(.tuple($0.node(try $0.pop(3)))) },
    // EMPTY_LIST, APPEND, APPENDS
    0x5d: .init { $0.push(.list($0.node())) }, 0x61: .init { try $0.append($0.pop(1)) },
    0x65: .init { try $0.append($0.popToMark()) },
    // EMPTY_DICT, SETITEM, SETITEMS
    0x7d: .init { $0.push(.dictionary($0.node())) }, 0x73: .init { try $0.setItems($0.pop(2)) },
    0x75: .init { try $0.setItems($0.popToMark()) },
    // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
    0x71: .init { try $0.keep(at: Int($0.number(size: 1))) }, 0x72: .init { try $0.keep(at: Int($0.number(size: 4))) },
    0x94: .init { try $0.keep(at: $0.memo.count) },
    0x68: .init { try $0.fetch(Int($0.number(size: 1))) }, 0x6a: .init { try $0.fetch(Int($0.number(size: 4))) },
    // GLOBAL, STACK_GLOBAL, REDUCE, BUILD, BINPERSID
    0x63: .init { machine in
      let (module, name) = (try machine.line(), try machine.line())
      machine.push(try machine.global(module, name))
    },
    0x93: .init { machine in
      let names = try machine.pop(2)
      guard case .text(let module) = names[0], case .text(let name) = names[1] else {
        throw machine.error("a name made of \(names[0].kind) and \(names[1].kind)", "two texts")
      }
      machine.push(try machine.global(machine.text(module), machine.text(name)))
    },
    0x52: .init { try $0.reduce() }, 0x62: .init { try $0.build() },
    0x51: .init { machine in machine.push(.storage(try TorchStorage(machine.pop(), machine))) },
  ]

  /// The refused opcodes, by their names in Python.
  private static let refused: [UInt8: String] = [
    0x69: "INST", 0x6f: "OBJ", 0x81: "NEWOBJ", 0x92: "NEWOBJ_EX", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4",
    0x50: "PERSID", 0x49: "INT", 0x4c: "LONG", 0x46: "FLOAT", 0x53: "STRING", 0x54: "BINSTRING",
    0x55: "SHORT_BINSTRING", 0x56: "UNICODE", 0x64: "DICT", 0x6c: "LIST", 0x70: "PUT", 0x67: "GET", 0x32: "DUP",
    0x8f: "EMPTY_SET", 0x90: "ADDITEMS", 0x91: "FROZENSET", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
  ]

  /// Returns the name of a refused opcode.
  package static func name(of code: UInt8) -> String { refused[code] ?? "0x" + String(code, radix: 16) }
}

extension PickleMachine {
  fileprivate mutating func pushLong(size: Int) throws {
    let bytes = try counted(size: size)
    guard bytes.count <= 8 else { throw error("a whole number of \(bytes.count) bytes", "8 at most") }
    let shift = UInt64(8 * (8 - bytes.count))
    let pattern = bytes.isEmpty ? 0 : content.number(at: bytes.lowerBound, size: bytes.count) << shift
    push(.integer(Int(Int64(bitPattern: pattern) >> Int64(shift & 63))))
  }

  fileprivate mutating func pushBytes(size: Int) throws {
    push(.bytes(PickleBytes(range: try counted(size: size), isText: false)))
  }

  fileprivate mutating func append(_ items: [PickleValue]) throws {
    guard case .list(let node) = try top() else { throw error("entries of \(try top().kind)", "those of a list") }
    node.items += items
  }

  fileprivate mutating func setItems(_ items: [PickleValue]) throws {
    guard case .dictionary(let node) = try top(), items.count % 2 == 0 else {
      throw error("\(items.count) keys and values of \(try top().kind)", "pairs, for a dictionary")
    }
    node.items += items
  }

  fileprivate mutating func keep(at place: Int) throws { memo[place] = try top() }

  fileprivate mutating func fetch(_ place: Int) throws {
    guard let value = memo[place] else { throw error("no value kept under \(place)", "one") }
    push(value)
  }
}
