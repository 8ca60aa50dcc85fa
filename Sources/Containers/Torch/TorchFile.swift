import Foundation
import MILBags
import UserInput

/// The files of `torch.save`: a tensor, a dictionary or list of tensors, or NumPy arrays; tensors are mapped.
///
/// A machine with an allow-list of opcodes and names runs the pickle inside; nothing in a file is ever executed. Dots
/// join the names of nested values, and entries of lists have their positions as names. Numbers and texts become
/// attributes. The layout before PyTorch 1.6, which is not a zip archive, is refused.
package struct TorchFile: ArrayContainer {
  private static let wayOut =
    "one of torch.save of PyTorch 1.6 or later: torch.save(torch.load(FILE, map_location='cpu'), NEW)"
  private static let maximumCount = 10_000
  private static let maximumDepth = 16

  /// The container's id.
  package var id: String { "pt" }
  /// The kind of file in a few words.
  package var summary: String { "PyTorch (.pt)" }
  /// The name extensions.
  package var extensions: [String] { ["pt", "pth"] }

  /// Creates the container.
  package init() {}

  /// Whether a file is a zip archive with a pickle, or a bare pickle of an older version.
  package func recognises(_ head: FileHead) -> Bool {
    head.zipMembers?.contains(where: Self.isPickle) ?? Self.isBarePickle(head.prefix(2))
  }

  private static func isPickle(_ member: String) -> Bool { member == "data.pkl" || member.hasSuffix("/data.pkl") }

  private static func isBarePickle(_ bytes: [UInt8]) -> Bool {
    bytes.count == 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1])
  }

  /// Opens a file; a single tensor is named `array`.
  package func open(_ url: URL) throws -> ArrayFile {
    let content = try FileContent(url, expected: "a file of torch.save")
    let head = content.prefix(6)
    if Self.isBarePickle(Array(head.prefix(2))) {
      // 0x1950a86a20f9469cfc6c, as a pickle encodes it.
      let isTorch = head.count == 6 && head[2...] == [0x8a, 0x0a, 0x6c, 0xfc]
      throw ReadError(
        file: url.path,
        found: isTorch ? "the layout of torch.save before PyTorch 1.6" : "a Python pickle, which may run code",
        expected: isTorch ? Self.wayOut : "an .npy file of the array, as numpy.save(FILE, array) writes it")
    }
    let archive = try ZipArchive(content)
    let names = archive.names
    guard let pickle = names.first(where: Self.isPickle), let range = try archive.stored(pickle) else {
      throw ReadError(file: url.path, found: "an archive without a stored data.pkl", expected: Self.wayOut)
    }
    let prefix = String(pickle.dropLast("data.pkl".count))
    if names.contains(where: { $0.hasPrefix(prefix + "code/") }) {
      throw ReadError(
        file: url.path, found: "a TorchScript program", expected: "tensors: torch.save(features, FILE)")
    }
    let order = try archive.stored(prefix + "byteorder").map { String(decoding: content.bytes($0), as: UTF8.self) }
    var listing = Listing(content: content, archive: archive, prefix: prefix, isBigEndian: order == "big")
    try PickleMachine.run(content, range, names: PickledNames.all) { value, machine in
      try listing.add(value, named: "", depth: 0, machine)
    }
    return ArrayFile(
      url, container: id, arrays: listing.arrays, refused: listing.refused, attributes: listing.attributes)
  }

  /// Collects the arrays within a value.
  private struct Listing {
    let content: FileContent
    let archive: ZipArchive
    let prefix: String
    let isBigEndian: Bool
    var arrays: [FileArray] = []
    var refused: [String: ReadError] = [:]
    var attributes: [String: String] = [:]
    private var names: Set<String> = []
    private var count = 0

    init(content: FileContent, archive: ZipArchive, prefix: String, isBigEndian: Bool) {
      (self.content, self.archive, self.prefix, self.isBigEndian) = (content, archive, prefix, isBigEndian)
    }

    mutating func add(_ value: PickleValue, named name: String, depth: Int, _ machine: PickleMachine) throws {
      count += 1
      guard count <= maximumCount, depth <= maximumDepth else {
        throw ReadError(
          file: content.path, found: "values nested deeper than \(maximumDepth), or more than \(maximumCount)",
          expected: "a tensor, or a dictionary or list of them")
      }
      let title = name.isEmpty ? "array" : name
      func inner(_ key: String) -> String { (name.isEmpty ? key : name + "." + key).onOneLine(limit: 200) }
      switch value {
      case .tuple(let node), .list(let node):
        for (place, item) in node.items.enumerated() {
          try add(item, named: inner("\(place)"), depth: depth + 1, machine)
        }
      case .dictionary(let node):
        for place in stride(from: 0, to: node.items.count - 1, by: 2) {
          let key: String
          switch node.items[place] {
          case .text(let text): key = machine.text(text)
          case .integer(let number): key = "\(number)"
          case let other:
            throw ReadError(
              file: content.path, found: "a dictionary with \(other.kind) as a key", expected: "texts or whole numbers")
          }
          try add(node.items[place + 1], named: inner(key), depth: depth + 1, machine)
        }
      case .tensor(let tensor): keep(title, Result { try array(title, of: tensor) })
      case .numPyArray(let array): keep(title, Result { try self.array(title, of: array) })
      case .integer(let number): attributes[title] = "\(number)"
      case .number(let number): attributes[title] = "\(number)"
      case .bool(let value): attributes[title] = "\(value)"
      case .text(let text): attributes[title] = machine.text(text)
      case .none, .bytes, .global, .storage, .numPyType: break
      }
    }

    private mutating func keep(_ name: String, _ result: Result<FileArray, any Error>) {
      guard names.insert(name).inserted else { return }
      switch result {
      case .success(let array): arrays.append(array)
      case .failure(let error): refused[name] = error as? ReadError
      }
    }

    private func error(_ name: String, _ found: String, _ expected: String) -> ReadError {
      ReadError(
        file: content.path, at: .field("array \(name.onOneLine(limit: 80))"), found: found, expected: expected)
    }

    private func array(_ name: String, of tensor: TorchTensor) throws -> FileArray {
      let storage = tensor.storage
      let member = prefix + "data/" + storage.key
      guard let range = try archive.stored(member) else {
        throw error(name, "no stored member \(member.onOneLine(limit: 80))", "the numbers of the tensor there")
      }
      // An untyped storage counts bytes.
      let size = storage.type?.size ?? 1
      guard storage.count <= range.count / size else {
        throw error(name, "\(range.count) bytes of numbers", "\(storage.count) numbers of \(size) bytes")
      }
      let available = storage.count * size
      guard let end = MappedRows.end(offset: tensor.offset, shape: tensor.shape, strides: tensor.strides),
        end <= available / tensor.type.size, let count = ArraySize.product(tensor.shape)
      else {
        throw error(
          name, "shape \(ArraySize.text(tensor.shape)) with steps \(ArraySize.text(tensor.strides))",
          "a view within its \(storage.count) numbers")
      }
      guard count <= available / tensor.type.size else {
        throw error(
          name,
          "shape \(ArraySize.text(tensor.shape)) over \(storage.count) numbers, some of which are shown repeatedly",
          "the numbers themselves, as torch.save(tensor.contiguous(), FILE) writes them")
      }
      let rows = try MappedRows(
        content, start: range.lowerBound + tensor.offset * tensor.type.size, shape: tensor.shape,
        strides: tensor.strides, type: tensor.type
      ) { error(name, "shape \(ArraySize.text(tensor.shape))", "numbers that the file has") }
      return try FileArray(
        name, shape: tensor.shape, type: tensor.type, isBigEndian: isBigEndian, file: content.path, storage: rows)
    }

    private func array(_ name: String, of array: PickledArray) throws -> FileArray {
      guard let type = array.type?.element else {
        throw error(
          name, "type \(array.type?.name.onOneLine(limit: 40) ?? "none")", "numbers (f2 to f8, i1 to i8, u1 to u8, b1)")
      }
      let shape = array.shape
      let strides =
        array.isFortranOrder ? Array(MappedRows.strides(shape.reversed()).reversed()) : MappedRows.strides(shape)
      let range = array.bytes.range
      let problem = error(name, "\(range.count) bytes of numbers", "\(type.rawValue) of shape \(ArraySize.text(shape))")
      guard let needed = ArraySize.product(shape + [type.size]),
        array.bytes.isText ? (needed...(2 * needed)).contains(range.count) : needed == range.count
      else { throw problem }
      let storage: any ArrayStorage
      if array.bytes.isText {
        let content = content
        storage = PackedRows {
          guard let bytes = content.latin1(range, count: needed) else { throw problem }
          return try MappedRows(
            FileContent(bytes, path: content.path), start: 0, shape: shape, strides: strides, type: type
          ) { problem }
        }
      } else {
        storage = try MappedRows(content, start: range.lowerBound, shape: shape, strides: strides, type: type) {
          problem
        }
      }
      return try FileArray(
        name, shape: shape, type: type, isBigEndian: array.type?.isBigEndian ?? false, file: content.path,
        storage: storage)
    }
  }
}

extension FileContent {
  /// Decodes characters up to 255 in UTF-8 to bytes; nil if there are others, or not `count` of them.
  fileprivate func latin1(_ range: Range<Int>, count: Int) -> [UInt8]? {
    withBytes { bytes in
      let source = UnsafeRawBufferPointer(rebasing: bytes[range])
      var isSound = true
      let result = [UInt8](unsafeUninitializedCapacity: count) { target, written in
        var place = 0
        while place < source.count, written < count {
          let byte = source[place]
          if byte < 0x80 {
            target[written] = byte
            place += 1
          } else if byte & 0xfe == 0xc2, place + 1 < source.count, source[place + 1] & 0xc0 == 0x80 {
            target[written] = byte << 6 | source[place + 1] & 0x3f
            place += 2
          } else {
            break
          }
          written += 1
        }
        isSound = place == source.count && written == count
      }
      return isSound ? result : nil
    }
  }
}
