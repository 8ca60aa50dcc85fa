#if HDF5
  import CHDF5
  import Synchronization
  import UserInput

  /// Serialises access to libhdf5, which keeps state for the whole process: only holders of this one lock may call it.
  ///
  /// Its usual build is not thread-safe. Its own messages are silenced; callers report errors with file and dataset. It
  /// loads no plug-ins.
  enum HDF5Library {
    /// Proof that the lock is held.
    struct Access: ~Copyable {
      fileprivate init() {}
    }

    static let shared = Lock()

    /// The version of the loaded library; only holders of the lock may read it.
    static var version: String {
      var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
      H5get_libversion(&major, &minor, &release)
      return "\(major).\(minor).\(release)"
    }

    struct Lock: ~Copyable, Sendable {
      private let mutex = Mutex(())

      /// Calls `body` while no other thread calls the library.
      func withLock<Result>(_ body: (borrowing Access) throws -> Result) rethrows -> Result {
        try mutex.withLock { _ in
          H5open()
          // Thread-safe builds keep an error stack for each thread.
          chdf5_silence()
          return try body(Access())
        }
      }
    }
  }

  /// A library identifier that is closed with its last reference; only holders of the lock may create and release it.
  final class HDF5Handle {
    let id: hid_t
    private let close: (hid_t) -> herr_t

    /// Takes ownership of an identifier; nil if it is invalid.
    init?(_ id: hid_t, _ close: @escaping (hid_t) -> herr_t) {
      guard id >= 0 else { return nil }
      (self.id, self.close) = (id, close)
    }

    deinit { _ = close(id) }
  }

  /// The storage layout of a dataset's numbers.
  struct HDF5Type {
    let element: ElementType
    let isBigEndian: Bool

    /// Reads the type of a dataset or attribute; nil if it is not a native numeric type.
    init?(_ type: hid_t) {
      var type = type
      var base: HDF5Handle?
      if H5Tget_class(type) == H5T_ENUM {
        // Truth values, as h5py stores them.
        base = HDF5Handle(H5Tget_super(type), H5Tclose)
        type = base?.id ?? type
      }
      defer { withExtendedLifetime(base) {} }
      let size = H5Tget_size(type)
      let order = H5Tget_order(type)
      guard order == H5T_ORDER_LE || order == H5T_ORDER_BE || size == 1, H5Tget_precision(type) == 8 * size,
        H5Tget_offset(type) == 0
      else { return nil }
      isBigEndian = order == H5T_ORDER_BE
      switch H5Tget_class(type) {
      case H5T_INTEGER:
        let isSigned = H5Tget_sign(type) == H5T_SGN_2
        switch size {
        case 1: element = isSigned ? .int8 : .uint8
        case 2: element = isSigned ? .int16 : .uint16
        case 4: element = isSigned ? .int32 : .uint32
        case 8: element = isSigned ? .int64 : .uint64
        default: return nil
        }
      case H5T_FLOAT:
        var (sign, exponentAt, exponent, fractionAt, fraction) = (0, 0, 0, 0, 0)
        guard H5Tget_fields(type, &sign, &exponentAt, &exponent, &fractionAt, &fraction) >= 0,
          sign == 8 * size - 1, fractionAt == 0, exponentAt == fraction, H5Tget_norm(type) == H5T_NORM_IMPLIED
        else { return nil }
        switch (size, exponent, fraction, H5Tget_ebias(type)) {
        case (2, 5, 10, 15): element = .half
        case (2, 8, 7, 127): element = .bfloat16
        case (4, 8, 23, 127): element = .single
        case (8, 11, 52, 1023): element = .double
        default: return nil
        }
      default: return nil
      }
    }

    /// Returns the bytes of an element of a fixed size that was never written; nil if they cannot be read.
    static func fill(_ creation: hid_t, _ type: hid_t, size: Int) -> [UInt8]? {
      var bytes = [UInt8](repeating: 0, count: max(size, 1))
      var kind = H5D_FILL_VALUE_UNDEFINED
      guard H5Pfill_value_defined(creation, &kind) >= 0 else { return nil }
      // Without a value of the writer's, it is zero.
      guard kind == H5D_FILL_VALUE_USER_DEFINED else { return bytes }
      // The trial has asked for values of at most so many bytes.
      guard size <= 1 << 16, H5Pget_fill_value(creation, type, &bytes) >= 0 else { return nil }
      return bytes
    }

    /// Describes a type that cannot be read.
    static func name(_ type: hid_t) -> String {
      switch H5Tget_class(type) {
      case H5T_STRING: "texts"
      case H5T_COMPOUND: "records of several fields"
      case H5T_REFERENCE: "references, as MATLAB's cells are"
      case H5T_VLEN: "lists of different lengths"
      case H5T_ARRAY: "arrays in each element"
      case H5T_OPAQUE, H5T_BITFIELD: "bytes without meaning"
      case H5T_INTEGER, H5T_FLOAT: "numbers of an unusual layout"
      default: "values of an unknown type"
      }
    }
  }
#endif
