#if HDF5
  /// A type of elements, as a file has it.
  struct HDF5StoredType: Sendable {
    /// The class of a type, by its number in libhdf5.
    enum Kind: Int, Sendable {
      case integer = 0
      case float = 1
      case text = 3
      case bits = 4
      case opaque = 5
      case record = 6
      case reference = 7
      case enumeration = 8
      case list = 9
      case array = 10
    }

    /// The places and sizes in bits of the parts of a floating-point number.
    struct Fields: Sendable {
      let sign, exponentAt, exponent, fractionAt, fraction: Int
      /// How its fraction is normalised; 0 if the first bit is implied.
      let norm: Int
      let bias: Int
    }

    /// The class; nil for an unknown one.
    let kind: Kind?
    /// The size in bytes.
    let size: Int
    /// The byte order: 0 for little-endian, 1 for big-endian.
    let order: Int
    /// The number of bits that are used, and the first.
    let precision, offset: Int
    /// 1 for signed integers.
    let sign: Int
    var fields: Fields?
    /// Whether a text has a length of its own.
    var isVariable = false
    /// The padding of a text.
    var padding = -1
    /// The padding of texts with spaces.
    static let spaces = 2
    /// The number of fields of a record.
    var fieldCount = 0
    /// The type of an enumeration's numbers; at most one.
    var base: [HDF5StoredType] = []

    /// The type of numbers; nil for other elements.
    var numbers: HDF5Type? { HDF5Type(self) }

    /// Describes a type that cannot be read.
    var name: String {
      switch kind {
      case .text: "texts"
      case .record: "records of several fields"
      case .reference: "references, as MATLAB's cells are"
      case .list: "lists of different lengths"
      case .array: "arrays in each element"
      case .opaque, .bits: "bytes without meaning"
      case .integer, .float: "numbers of an unusual layout"
      default: "values of an unknown type"
      }
    }
  }

  /// The storage layout of a dataset's numbers.
  struct HDF5Type {
    let element: ElementType
    let isBigEndian: Bool

    /// Finds the layout of numbers; nil if the type is not a native numeric one.
    init?(_ type: HDF5StoredType) {
      // Truth values are an enumeration, as h5py stores them.
      let type = type.base.first ?? type
      let size = type.size
      guard (0...1).contains(type.order) || size == 1, (1...8).contains(size), type.precision == 8 * size,
        type.offset == 0
      else { return nil }
      isBigEndian = type.order == 1
      switch type.kind {
      case .integer:
        let isSigned = type.sign == 1
        switch size {
        case 1: element = isSigned ? .int8 : .uint8
        case 2: element = isSigned ? .int16 : .uint16
        case 4: element = isSigned ? .int32 : .uint32
        case 8: element = isSigned ? .int64 : .uint64
        default: return nil
        }
      case .float:
        guard let fields = type.fields, fields.sign == 8 * size - 1, fields.fractionAt == 0,
          fields.exponentAt == fields.fraction, fields.norm == 0
        else { return nil }
        switch (size, fields.exponent, fields.fraction, fields.bias) {
        case (2, 5, 10, 15): element = .half
        case (2, 8, 7, 127): element = .bfloat16
        case (4, 8, 23, 127): element = .single
        case (8, 11, 52, 1023): element = .double
        default: return nil
        }
      default: return nil
      }
    }
  }
#endif
