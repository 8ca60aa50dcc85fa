#if HDF5
  /// The objects that libhdf5 finds in a file, by their addresses.
  struct HDF5Description: Sendable {
    /// The objects that can be opened; the root group has the address 0, too.
    let objects: [UInt64: HDF5Object]
    /// The root group.
    let root: HDF5Object
    /// The number of bytes of an address and of a length in the file.
    let sizes: (addresses: UInt64, lengths: UInt64)

    /// Returns the object at an address; nil if it cannot be opened.
    func object(at address: UInt64) -> HDF5Object? { address == 0 ? nil : objects[address] }

    /// Returns the object of that name in a group; nil if there is none, or it cannot be opened.
    func object(_ name: some StringProtocol, in group: HDF5Object) -> HDF5Object? {
      guard case .object(let address)? = group.links?.first(where: { $0.name == name })?.target else { return nil }
      return object(at: address)
    }
  }

  /// A group, a dataset or a named type.
  struct HDF5Object: Sendable {
    /// The attributes that are a text of fixed length or a few numbers.
    let attributes: [String: String]
    /// Whether it has an attribute of MATLAB's.
    let isOfMATLAB: Bool
    let kind: Kind

    enum Kind: Sendable {
      /// A group with its links; nil if they cannot be read, or are too many.
      case group([HDF5Link]?)
      /// A dataset; nil if its header cannot be read.
      case dataset(HDF5Header?)
      case other
    }

    /// The links of a group that can be read.
    var links: [HDF5Link]? { if case .group(let links) = kind { links } else { nil } }
    /// Whether it is a group.
    var isGroup: Bool { if case .group = kind { true } else { false } }
  }

  /// A link of a group.
  struct HDF5Link: Sendable {
    let name: String
    let target: Target

    enum Target: Sendable {
      /// The address of an object.
      case object(UInt64)
      case softLink, anotherFile
    }
  }

  /// The header of a dataset.
  struct HDF5Header: Sendable {
    let type: HDF5StoredType
    /// The sizes of the dimensions in HDF5's order, empty for a single value; nil for a dataset without elements.
    let shape: [Int]?
    /// The filters in the order in which the writer applied them; nil if they cannot be read.
    let filters: [(number: Int, name: String)]?
    /// The bytes of an element that was never written; nil if they are unknown.
    let fill: [UInt8]?
    let layout: Layout

    enum Layout: Sendable {
      /// Elements at an offset in the file, nil if they were never written; or in other files.
      case contiguous(offset: UInt64?, isInOtherFiles: Bool)
      /// Elements in the header, which has `size` bytes; none if they cannot be read.
      case compact(size: UInt64, bytes: [UInt8])
      case chunked(Chunks)
      case other
    }

    struct Chunks: Sendable {
      /// The number of dimensions of a chunk; negative if it cannot be read.
      let rank: Int
      let sizes: [Int]
      /// Whether chunks that reach beyond the dataset have no filters.
      let leavesEdges: Bool
      /// The chunks that were written, by their number in row-major order; nil if they cannot be found.
      let stored: [Int: HDF5Chunks.Place]?
    }
  }
#endif
