#if HDF5
  /// Reads the description of a file that another process writes, as the comment in `describe.c` lays it out.
  ///
  /// A crash may have damaged the description, so everything in it is checked.
  struct HDF5DescriptionParser {
    enum Problem: Error {
      /// The file cannot be opened.
      case notOpen
      /// The description is damaged.
      case damaged
    }

    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads the whole description.
    ///
    /// - Throws: ``Problem``.
    mutating func description() throws -> HDF5Description {
      guard try number() == 2 else { throw Problem.notOpen }
      let sizes = (addresses: try number(), lengths: try number())
      var objects: [UInt64: HDF5Object] = [:]
      while try flag() {
        let address = try number()
        guard objects[address] == nil else { throw Problem.damaged }
        objects[address] = try object()
      }
      guard let root = objects[0], root.isGroup, place == bytes.count else { throw Problem.damaged }
      return HDF5Description(objects: objects, root: root, sizes: sizes)
    }

    private mutating func number() throws -> UInt64 {
      var (result, shift): (UInt64, UInt64) = (0, 0)
      while place < bytes.count, shift < 64 {
        let byte = UInt64(bytes[place])
        place += 1
        result |= (byte & 127) << shift
        if byte < 128 { return result }
        shift += 7
      }
      throw Problem.damaged
    }

    /// Reads a number that is a size, or another that cannot be large.
    private mutating func size() throws -> Int { Int(clamping: try number()) }

    private mutating func signed() throws -> Int {
      let number = try number()
      let half = Int(number >> 1)
      return number & 1 == 0 ? half : -half - 1
    }

    private mutating func flag() throws -> Bool {
      let number = try number()
      guard number <= 1 else { throw Problem.damaged }
      return number == 1
    }

    private mutating func blob() throws -> [UInt8] {
      let count = try size()
      guard count <= bytes.count - place else { throw Problem.damaged }
      defer { place += count }
      return Array(bytes[place..<place + count])
    }

    private mutating func text() throws -> String { String(decoding: try blob(), as: UTF8.self) }

    private mutating func object() throws -> HDF5Object {
      var attributes: [String: String] = [:]
      var isOfMATLAB = false
      while try flag() {
        let name = try text()
        isOfMATLAB = isOfMATLAB || name == "MATLAB_class"
        attributes[name] = try attribute()
      }
      let kind: HDF5Object.Kind
      switch try number() {
      case 0: kind = .other
      case 1: kind = .group(try flag() ? try links() : nil)
      case 2: kind = .dataset(try flag() ? try header() : nil)
      default: throw Problem.damaged
      }
      return HDF5Object(attributes: attributes, isOfMATLAB: isOfMATLAB, kind: kind)
    }

    /// Reads the value of an attribute as a text; nil for one that was left out.
    private mutating func attribute() throws -> String? {
      switch try number() {
      case 0: return nil
      case 1:
        let bytes = try blob()
        let end = bytes.lastIndex { $0 != 0 && $0 != 0x20 }.map { $0 + 1 } ?? 0
        return String(decoding: bytes[..<end].prefix { $0 != 0 }, as: UTF8.self)
      case 2:
        let (type, count, bytes) = (try type(), try size(), try blob())
        guard let numbers = type.numbers else { return nil }
        guard count <= bytes.count, bytes.count == count * numbers.element.size else { throw Problem.damaged }
        let values = StoredNumbers(
          bytes: bytes, range: bytes.indices, kind: numbers.element, isBigEndian: numbers.isBigEndian
        ).texts
        return values.joined(separator: ", ")
      default: throw Problem.damaged
      }
    }

    private mutating func links() throws -> [HDF5Link] {
      var links: [HDF5Link] = []
      while try flag() {
        let name = try text()
        let target: HDF5Link.Target
        switch try number() {
        case 0: target = .object(try number())
        case 1: target = .softLink
        case 2: target = .anotherFile
        default: throw Problem.damaged
        }
        links.append(HDF5Link(name: name, target: target))
      }
      return links
    }

    private mutating func type(isBase: Bool = false) throws -> HDF5StoredType {
      var type = HDF5StoredType(
        kind: HDF5StoredType.Kind(rawValue: try signed()), size: try size(), order: try signed(),
        precision: try size(), offset: try signed(), sign: try signed())
      switch type.kind {
      case .float:
        let areRead = try flag()
        let places = HDF5StoredType.Fields(
          sign: try size(), exponentAt: try size(), exponent: try size(), fractionAt: try size(),
          fraction: try size(), norm: try signed(), bias: try size())
        type.fields = areRead ? places : nil
      case .text: (type.isVariable, type.padding) = (try signed() > 0, try signed())
      case .record: type.fieldCount = try signed()
      case .enumeration:
        guard try flag() else { break }
        guard !isBase else { throw Problem.damaged }
        type.base = [try self.type(isBase: true)]
      default: break
      }
      return type
    }

    private mutating func header() throws -> HDF5Header {
      let type = try type()
      let shape = try flag() ? try sizes(try size()) : nil
      var filters: [(number: Int, name: String)]?
      let filterCount = try signed()
      let list = try (0..<min(max(filterCount, 0), 32)).map { _ in (number: try signed(), name: try text()) }
      if filterCount == list.count { filters = list }
      let fill: [UInt8]?
      switch try number() {
      case 0: fill = nil
      case 1: fill = type.size <= 1 << 16 ? [UInt8](repeating: 0, count: max(type.size, 1)) : nil
      case 2:
        fill = try blob()
        guard fill?.count == type.size else { throw Problem.damaged }
      default: throw Problem.damaged
      }
      return HDF5Header(type: type, shape: shape, filters: filters, fill: fill, layout: try layout(shape))
    }

    private mutating func sizes(_ count: Int) throws -> [Int] {
      guard count <= 32 else { throw Problem.damaged }
      return try (0..<count).map { _ in try size() }
    }

    private mutating func layout(_ shape: [Int]?) throws -> HDF5Header.Layout {
      switch try signed() {
      case 0: return .compact(size: try number(), bytes: try blob())
      case 1:
        let (files, offset) = (try signed(), try number())
        return .contiguous(offset: offset == 0 ? nil : offset - 1, isInOtherFiles: files != 0)
      case 2:
        let rank = try signed()
        let sizes = try sizes(min(max(rank, 0), 32))
        let leavesEdges = try number() != 0
        var stored: [Int: HDF5Chunks.Place] = [:]
        while try flag() {
          let (number, address, size, leftOut) = (try size(), try number(), try size(), try number())
          guard stored[number] == nil else { throw Problem.damaged }
          stored[number] = HDF5Chunks.Place(
            address: Int(clamping: address), count: size, leftOut: UInt32(truncatingIfNeeded: leftOut))
        }
        let isWhole = try flag()
        return .chunked(
          HDF5Header.Chunks(rank: rank, sizes: sizes, leavesEdges: leavesEdges, stored: isWhole ? stored : nil))
      default: return .other
      }
    }
  }
#endif
