import MILBags
import UserInput

/// A value of a pickle.
package enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case number(Double)
  /// Text in UTF-8, by its byte range in the file.
  case text(Range<Int>)
  case bytes(PickleBytes)
  case tuple(PickleNode)
  case list(PickleNode)
  /// Alternating keys and values.
  case dictionary(PickleNode)
  case global(PickleName)
  case storage(TorchStorage)
  case tensor(TorchTensor)
  case numPyType(PickledType)
  case numPyArray(PickledArray)

  /// The kind of value, for errors.
  package var kind: String {
    switch self {
    case .none: "None"
    case .bool, .integer, .number: "a number"
    case .text: "a text"
    case .bytes: "bytes"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .global(let name): "the name \(name.text)"
    case .storage: "a storage"
    case .tensor: "a tensor"
    case .numPyType: "a type of NumPy"
    case .numPyArray: "an array of NumPy"
    }
  }
}

/// Values in a tuple, a list or a dictionary; several other values may share them.
package final class PickleNode {
  package var items: [PickleValue] = []

  package init(_ items: [PickleValue]) { self.items = items }
}

/// Bytes by their range in the file.
package struct PickleBytes {
  package let range: Range<Int>
  /// Whether the file stores them as UTF-8 of characters up to 255, one a byte.
  package let isText: Bool
}

/// A name that a pickle may use, and the function that calls it.
package struct PickleName: Sendable {
  package let text: String
  package let call: (@Sendable (_ arguments: [PickleValue], _ machine: PickleMachine) throws -> PickleValue)?
}

/// Runs the opcodes of a pickle that only build values from an allow-list of names.
///
/// No code of the file ever runs. An opcode is a function of ``PickleOpcode/table`` and a name a value of
/// ``PickleMachine/names``; all others are refused by name.
///
/// Source: Python's module `pickletools`, which describes the opcodes of protocols 0 to 5.
package struct PickleMachine {
  package let content: FileContent
  /// The byte range of the pickle.
  package let range: Range<Int>
  /// The allowed names.
  package let names: [String: PickleName]
  /// The offset of the next byte to read.
  package var position: Int
  package var stack: [PickleValue] = []
  /// The stack index of each mark's first value.
  package var marks: [Int] = []
  package var memo: [Int: PickleValue] = [:]
  /// All nodes; emptied at the end, since they may refer to each other.
  private var nodes: [PickleNode] = []

  package init(_ content: FileContent, _ range: Range<Int>, names: [String: PickleName]) {
    (self.content, self.range, self.names, position) = (content, range, names, range.lowerBound)
  }

  /// Runs a pickle, and calls `body` with its value.
  ///
  /// - Throws: `ReadError` at the byte that is refused or invalid; any error of `body`.
  package static func run<Result>(
    _ content: FileContent, _ range: Range<Int>, names: [String: PickleName],
    _ body: (PickleValue, PickleMachine) throws -> Result
  ) throws -> Result {
    var machine = PickleMachine(content, range, names: names)
    defer {
      // One by one, since a long chain would recurse deeply on release.
      for node in machine.nodes { node.items = [] }
    }
    return try body(machine.run(), machine)
  }

  private mutating func run() throws -> PickleValue {
    while true {
      let place = position
      let code = UInt8(truncatingIfNeeded: try number(size: 1))
      if code == UInt8(ascii: ".") { return try pop() }
      guard let opcode = PickleOpcode.table[code] else {
        throw ReadError(
          file: content.path, at: .byte(place), found: "the pickle opcode \(PickleOpcode.name(of: code))",
          expected: PickleOpcode.expectation)
      }
      try opcode.run(&self)
    }
  }

  /// Creates an error at the current position.
  package func error(_ found: String, _ expected: String) -> ReadError {
    ReadError(file: content.path, at: .byte(position), found: found, expected: expected)
  }

  // MARK: - Reading

  /// Reads a number of `size` bytes, lowest first.
  package mutating func number(size: Int) throws -> UInt64 {
    guard size <= range.upperBound - position else { throw error("the end of the pickle", "more of it") }
    defer { position += size }
    return content.number(at: position, size: size)
  }

  /// Reads a length of `size` bytes and returns the range of that many following bytes.
  package mutating func counted(size: Int) throws -> Range<Int> {
    let length = try number(size: size)
    guard length <= UInt64(range.upperBound - position) else {
      throw error("\(length) bytes of a value", "at most the \(range.upperBound - position) that follow")
    }
    defer { position += Int(length) }
    return position..<(position + Int(length))
  }

  /// Reads a line of text, without its end.
  package mutating func line() throws -> String {
    let bytes = content.bytes(position..<min(position + 256, range.upperBound))
    guard let end = bytes.firstIndex(of: 10) else { throw error("a name without end", "a line") }
    position += end + 1
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  /// Decodes a short text.
  package func text(_ range: Range<Int>) -> String {
    String(decoding: content.bytes(range.lowerBound..<min(range.upperBound, range.lowerBound + 1024)), as: UTF8.self)
  }

  // MARK: - The stack

  package mutating func push(_ value: PickleValue) { stack.append(value) }

  /// Removes and returns the top value.
  package mutating func pop() throws -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw error("no value on the stack", "one")
    }
    return value
  }

  /// Returns the top value.
  package func top() throws -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.last else { throw error("no value on the stack", "one") }
    return value
  }

  /// Removes the last mark and returns the values above it.
  package mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw error("no mark on the stack", "one") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  /// Creates a node.
  package mutating func node(_ items: [PickleValue] = []) -> PickleNode {
    let node = PickleNode(items)
    nodes.append(node)
    return node
  }

  /// Removes some values; the last pushed is the last returned.
  package mutating func pop(_ count: Int) throws -> [PickleValue] {
    var values: [PickleValue] = []
    for _ in 0..<count { values.append(try pop()) }
    return values.reversed()
  }

  /// Looks up a name.
  package func global(_ module: String, _ name: String) throws -> PickleValue {
    guard let known = names["\(module) \(name)"] else {
      throw error(
        "the name \("\(module).\(name)".onOneLine(limit: 80)), which is none of those that tensors and arrays need",
        "tensors, NumPy arrays, and dictionaries and lists of them; nothing in the file is run: "
          + "torch.save(features, FILE) of the tensor alone writes a file that is read")
    }
    return .global(known)
  }

  /// Calls the function of a name.
  package mutating func reduce() throws {
    let values = try pop(2)
    guard case .global(let name) = values[0], case .tuple(let arguments) = values[1], let call = name.call else {
      throw error("a call of \(values[0].kind) with \(values[1].kind)", "one of a name that makes a value")
    }
    let value = try call(arguments.items, self)
    // The machine keeps every new node, so that it can empty it at the end.
    if case .dictionary(let node) = value { nodes.append(node) }
    push(value)
  }

  /// Applies a state to the top value.
  package mutating func build() throws {
    let state = try pop()
    switch try top() {
    case .numPyType(let type): try type.build(state, self)
    case .numPyArray(let array): try array.build(state, self)
    // The metadata of a state's dictionary, and attributes of tensors, do not describe numbers.
    case .dictionary, .tensor: break
    case let other: throw error("a state for \(other.kind)", "one for an array")
    }
  }
}
