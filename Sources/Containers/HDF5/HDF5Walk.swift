import MILBags
import UserInput

#if HDF5
  import CHDF5

  /// A walk over the objects of a file, by hard links from its root group.
  struct HDF5Walk {
    private static let maximumDepth = 16
    private static let maximumCount = 100_000

    /// An object that a link leads to.
    enum Object {
      case dataset(HDF5Handle)
      /// A group, of which the walk goes through the links next.
      case group(HDF5Handle)
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
    /// Whether links of the root group with this name are left out.
    let leavesOut: (String) -> Bool
    private var count = 0

    init(_ file: String, leavingOut leavesOut: @escaping (String) -> Bool = { _ in false }) {
      (self.file, self.leavesOut) = (file, leavesOut)
    }

    /// Calls `body` with each object below a group and its path.
    ///
    /// - Throws: the errors of `body`, and `ReadError` for links that cannot be read, or too many of them.
    mutating func all(
      below root: HDF5Handle, _ body: (_ object: Object, _ path: String) throws -> Void
    ) throws {
      try add(root.id, path: "", depth: 0, body)
    }

    private mutating func add(
      _ group: hid_t, path: String, depth: Int, _ body: (_ object: Object, _ path: String) throws -> Void
    ) throws {
      guard let links = Self.links(group) else {
        throw ReadError(
          file: file, at: .field("group /\(path.onOneLine(limit: 80))"), found: "links that cannot be read",
          expected: "a whole HDF5 file, of at most \(Self.maximumCount) datasets")
      }
      for (name, kind) in links where depth > 0 || !leavesOut(name) {
        let path = path.isEmpty ? name : path + "/" + name
        count += 1
        guard count <= Self.maximumCount, depth < Self.maximumDepth else {
          throw ReadError(
            file: file, at: .field("group /\(path.onOneLine(limit: 80))"),
            found: "groups deeper than \(Self.maximumDepth), or more than \(Self.maximumCount) datasets",
            expected: "fewer; links of a group may not lead back to it")
        }
        guard kind == 0 else {
          try body(kind == 64 ? .linkIntoAnotherFile : .softLink, path)
          continue
        }
        guard let object = HDF5Handle(H5Oopen(group, name, chdf5_default), H5Oclose) else {
          try body(.damaged, path)
          continue
        }
        switch H5Iget_type(object.id) {
        case H5I_GROUP:
          try body(.group(object), path)
          try add(object.id, path: path, depth: depth + 1, body)
        case H5I_DATASET: try body(.dataset(object), path)
        default: break
        }
      }
    }

    /// Returns the names and kinds of a group's links; nil for a damaged group, or one with too many.
    static func links(_ group: hid_t) -> [(name: String, kind: Int32)]? {
      var found: [(name: String, kind: Int32)] = []
      let status = withUnsafeMutablePointer(to: &found) { pointer in
        chdf5_each_link(
          group,
          { name, kind, context in
            guard let name, let found = context?.assumingMemoryBound(to: [(name: String, kind: Int32)].self) else {
              return -1
            }
            found.pointee.append((String(cString: name), kind))
            return found.pointee.count > HDF5Walk.maximumCount ? -1 : 0
          }, pointer)
      }
      return status < 0 ? nil : found
    }
  }
#endif
