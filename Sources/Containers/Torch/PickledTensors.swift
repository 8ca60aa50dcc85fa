/// A storage of numbers in a tensor file, by the name of its member.
package struct TorchStorage {
  /// The name within `data/`.
  package let key: String
  /// The type that its class states; nil for a storage of bytes.
  package let type: ElementType?
  /// The number of elements.
  package let count: Int

  /// Creates the storage that a persistent id names: ('storage', class, key, device, count).
  package init(_ id: PickleValue, _ machine: PickleMachine) throws {
    guard case .tuple(let node) = id, node.items.count >= 5, case .text(let word) = node.items[0],
      machine.text(word) == "storage", case .global(let name) = node.items[1], case .text(let key) = node.items[2],
      key.count <= 1024, case .integer(let count) = node.items[4], count >= 0
    else { throw machine.error("a reference that names no storage", "('storage', type, key, device, count)") }
    guard let type = PickledNames.storages[name.text] else {
      throw machine.error("a storage of \(name.text)", PickledNames.storages.keys.sorted().joined(separator: ", "))
    }
    (self.key, self.type, self.count) = (machine.text(key), type, count)
  }
}

/// A strided view of a storage.
package struct TorchTensor {
  package let storage: TorchStorage
  package let type: ElementType
  /// The index of the first element.
  package let offset: Int
  package let shape: [Int]
  package let strides: [Int]

  /// Creates the tensor of `_rebuild_tensor_v2` or `_v3`: storage, offset, sizes, strides, and for the latter the type.
  package init(_ arguments: [PickleValue], type given: ElementType?, _ machine: PickleMachine) throws {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
      let shape = machine.sizes(arguments[2]), let strides = machine.sizes(arguments[3])
    else { throw machine.error("arguments that make no tensor", "storage, offset, sizes and strides") }
    guard let type = given ?? storage.type else {
      throw machine.error("a storage without type", "a type of its numbers")
    }
    (self.storage, self.type, self.offset, self.shape, self.strides) = (storage, type, offset, shape, strides)
  }
}

/// A NumPy type of numbers.
package final class PickledType {
  /// The name, such as `f4`.
  package let name: String
  package var isBigEndian = false

  package init(_ name: String) { self.name = name }

  /// The element type; nil if it is not numeric.
  package var element: ElementType? { NumPyLayout.numbers[name] }

  /// Applies the state (version, byte order, ...).
  package func build(_ state: PickleValue, _ machine: PickleMachine) throws {
    guard case .tuple(let node) = state, node.items.count >= 2, case .text(let order) = node.items[1] else {
      throw machine.error("a state that is none of a type", "(version, byte order, ...)")
    }
    isBigEndian = machine.text(order) == ">"
  }
}

/// A NumPy array whose numbers are in the pickle.
package final class PickledArray {
  package var shape: [Int] = []
  package var type: PickledType?
  package var isFortranOrder = false
  package var bytes = PickleBytes(range: 0..<0, isText: false)

  package init() {}

  package init(shape: [Int], type: PickledType, isFortranOrder: Bool, bytes: PickleBytes) {
    (self.shape, self.type, self.isFortranOrder, self.bytes) = (shape, type, isFortranOrder, bytes)
  }

  /// Applies the state (version, shape, type, whether in Fortran order, bytes).
  package func build(_ state: PickleValue, _ machine: PickleMachine) throws {
    guard case .tuple(let node) = state, node.items.count == 5, let shape = machine.sizes(node.items[1]),
      case .numPyType(let type) = node.items[2]
    else { throw machine.error("a state that is none of an array", "(version, shape, type, order, bytes)") }
    guard case .bytes(let bytes) = node.items[4] else {
      throw machine.error("an array of \(node.items[4].kind)", "numbers")
    }
    if case .bool(let isFortranOrder) = node.items[3] { self.isFortranOrder = isFortranOrder }
    if case .integer(let order) = node.items[3] { isFortranOrder = order != 0 }
    (self.shape, self.type, self.bytes) = (shape, type, bytes)
  }
}

extension PickleMachine {
  /// Returns the sizes or strides of a tuple or list; nil for anything else.
  package func sizes(_ value: PickleValue) -> [Int]? {
    let items: [PickleValue]
    switch value {
    case .tuple(let node), .list(let node): items = node.items
    default: return nil
    }
    guard items.count <= 32 else { return nil }
    let numbers = items.compactMap { item -> Int? in
      if case .integer(let number) = item, (0...1 << 48).contains(number) { number } else { nil }
    }
    return numbers.count == items.count ? numbers : nil
  }
}

/// The names that a file of tensors may use, one a line.
package enum PickledNames {
  /// The types of storages; nil for storages of bytes.
  package static let storages: [String: ElementType?] = [
    "torch FloatStorage": .single, "torch HalfStorage": .half, "torch BFloat16Storage": .bfloat16,
    "torch DoubleStorage": .double, "torch LongStorage": .int64, "torch IntStorage": .int32,
    "torch ShortStorage": .int16, "torch CharStorage": .int8, "torch ByteStorage": .uint8,
    "torch BoolStorage": .uint8, "torch.storage UntypedStorage": Optional<ElementType>.none,
    "torch UntypedStorage": Optional<ElementType>.none,
  ]

  private static let types: [String: ElementType] = [
    "float16": .half, "bfloat16": .bfloat16, "float32": .single, "float64": .double, "int8": .int8, "uint8": .uint8,
    "bool": .uint8, "int16": .int16, "uint16": .uint16, "int32": .int32, "uint32": .uint32, "int64": .int64,
    "uint64": .uint64,
  ]

  /// All allowed names.
  package static let all: [String: PickleName] = {
    var names: [String: PickleName] = [:]
    func add(_ text: String, _ call: (@Sendable ([PickleValue], PickleMachine) throws -> PickleValue)? = nil) {
      names[text] = PickleName(text: text, call: call)
    }
    for name in storages.keys { add(name) }
    for name in types.keys { add("torch \(name)") }
    add("torch._utils _rebuild_tensor_v2") { .tensor(try TorchTensor($0, type: nil, $1)) }
    add("torch._utils _rebuild_tensor_v3") { arguments, machine in
      guard arguments.count >= 7, case .global(let name) = arguments[6],
        let type = types[String(name.text.dropFirst("torch ".count))]
      else { throw machine.error("a tensor without a type of numbers", "one") }
      return .tensor(try TorchTensor(arguments, type: type, machine))
    }
    add("torch._utils _rebuild_parameter") { arguments, machine in
      guard case .tensor(let tensor) = arguments.first else {
        throw machine.error("a parameter that is no tensor", "one")
      }
      return .tensor(tensor)
    }
    add("torch Size") { arguments, machine in
      guard let sizes = arguments.first else { throw machine.error("no sizes", "a tuple") }
      return sizes
    }
    add("collections OrderedDict") { _, _ in .dictionary(PickleNode([])) }
    add("numpy ndarray")
    add("numpy dtype") { arguments, machine in
      guard case .text(let name) = arguments.first else { throw machine.error("a type without name", "one") }
      return .numPyType(PickledType(machine.text(name)))
    }
    // Bytes under protocol 2; `bytes` is used only for empty ones.
    add("_codecs encode") { arguments, machine in
      guard case .text(let text) = arguments.first else { throw machine.error("bytes of no text", "text") }
      return .bytes(PickleBytes(range: text, isText: true))
    }
    for module in ["__builtin__", "builtins"] {
      add("\(module) bytes") { arguments, machine in
        guard arguments.isEmpty else { throw machine.error("a call of bytes with arguments", "none") }
        return .bytes(PickleBytes(range: 0..<0, isText: false))
      }
      add("\(module) bytearray") { arguments, machine in
        guard case .bytes(let bytes) = arguments.first else { throw machine.error("a bytearray of no bytes", "bytes") }
        return .bytes(bytes)
      }
    }
    for core in ["numpy.core", "numpy._core"] {
      add("\(core).multiarray _reconstruct") { _, _ in .numPyArray(PickledArray()) }
      add("\(core).multiarray scalar") { arguments, machine in
        guard arguments.count == 2, case .numPyType(let type) = arguments[0], case .bytes(let bytes) = arguments[1]
        else { throw machine.error("arguments that make no number", "type and bytes") }
        return .numPyArray(PickledArray(shape: [], type: type, isFortranOrder: false, bytes: bytes))
      }
      add("\(core).numeric _frombuffer") { arguments, machine in
        guard arguments.count == 4, case .bytes(let bytes) = arguments[0], case .numPyType(let type) = arguments[1],
          let shape = machine.sizes(arguments[2]), case .text(let order) = arguments[3]
        else { throw machine.error("arguments that make no array", "bytes, type, shape and order") }
        return .numPyArray(
          PickledArray(shape: shape, type: type, isFortranOrder: machine.text(order) == "F", bytes: bytes))
      }
    }
    return names
  }()
}
