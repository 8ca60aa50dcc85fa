import MILBags
import UserInput

#if HDF5
  /// A walk over the objects of a file, by hard links from its root group.
  struct HDF5Walk {
    private static let maximumDepth = 16
    private static let maximumCount = 100_000

    /// An object that a link leads to.
    enum Object {
      case dataset(HDF5Object)
      /// A group, of which the walk goes through the links next.
      case group(HDF5Object)
      case softLink
      case linkIntoAnotherFile
      /// A hard link to an object that cannot be opened.
      case damaged

      /// The found and the expected text of an error about it; nil for an object.
      func problem(expecting whole: String) -> (found: String, expected: String)? {
        switch self {
        case .dataset, .group: nil
        case .softLink: ("a soft link", "the dataset itself, by a hard link")
        case .linkIntoAnotherFile: ("a link into another file", "the dataset itself, by a hard link")
        case .damaged: ("a header that cannot be read", whole)
        }
      }
    }

    /// The file's name, for errors.
    let file: String
    private let description: HDF5Description
    /// Whether links of the root group with this name are left out.
    let leavesOut: (String) -> Bool
    private var count = 0

    init(
      _ file: String, _ description: HDF5Description,
      leavingOut leavesOut: @escaping (String) -> Bool = { _ in false }
    ) {
      (self.file, self.description, self.leavesOut) = (file, description, leavesOut)
    }

    /// Calls `body` with each object below the root group and its path.
    ///
    /// - Throws: the errors of `body`, and `ReadError` for links that cannot be read, or too many of them.
    mutating func all(_ body: (_ object: Object, _ path: String) throws -> Void) throws {
      try add(description.root, path: "", depth: 0, body)
    }

    private mutating func add(
      _ group: HDF5Object, path: String, depth: Int, _ body: (_ object: Object, _ path: String) throws -> Void
    ) throws {
      guard let links = group.links else {
        throw ReadError(
          file: file, at: .field("group /\(path.onOneLine(limit: 80))"), found: "links that cannot be read",
          expected: "a whole HDF5 file, of at most \(Self.maximumCount) datasets")
      }
      for link in links where depth > 0 || !leavesOut(link.name) {
        let path = path.isEmpty ? link.name : path + "/" + link.name
        count += 1
        guard count <= Self.maximumCount, depth < Self.maximumDepth else {
          throw ReadError(
            file: file, at: .field("group /\(path.onOneLine(limit: 80))"),
            found: "groups deeper than \(Self.maximumDepth), or more than \(Self.maximumCount) datasets",
            expected: "fewer; links of a group may not lead back to it")
        }
        switch link.target {
        case .softLink: try body(.softLink, path)
        case .anotherFile: try body(.linkIntoAnotherFile, path)
        case .object(let address):
          guard let object = description.object(at: address) else {
            try body(.damaged, path)
            continue
          }
          switch object.kind {
          case .group:
            try body(.group(object), path)
            try add(object, path: path, depth: depth + 1, body)
          case .dataset: try body(.dataset(object), path)
          case .other: break
          }
        }
      }
    }
  }
#endif
