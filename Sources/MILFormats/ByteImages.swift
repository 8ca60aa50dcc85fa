import Autodiff
import Containers
import MILBags

/// Byte images in memory, one an instance: numbers from 0 to 255, channel after channel, converted as they are read.
struct ByteImages: InstanceSource {
  /// The shape of an image.
  let shape: ImageShape
  /// The bytes of all images in the file's order, from ``start`` on.
  private let bytes: [UInt8]
  private let start: Int
  /// Whether the channels of a pixel are adjacent; otherwise whole channels follow each other.
  private let isChannelLast: Bool
  /// The image of each row; nil if rows and images are in the same order.
  private var order: [Int]?
  private let imageCount: Int

  /// Creates images from an array of bytes in C order; nil for any other array.
  ///
  /// Its shape is (images, height, width, channels) or (images, channels, height, width), with 1, 3 or 4 channels.
  init?(_ array: NumPyArray) {
    guard case .numbers(let numbers) = array.content, numbers.kind == .uint8, array.shape.count == 4,
      !array.isFortranOrder, !array.shape.contains(0), array.shape[0] < 1 << 24
    else { return nil }
    let sides = array.shape
    if [1, 3, 4].contains(sides[3]) {
      (isChannelLast, shape) = (true, ImageShape(channels: sides[3], height: sides[1], width: sides[2]))
    } else if [1, 3, 4].contains(sides[1]) {
      (isChannelLast, shape) = (false, ImageShape(channels: sides[1], height: sides[2], width: sides[3]))
    } else {
      return nil
    }
    (bytes, start, imageCount) = (numbers.bytes, numbers.range.lowerBound, sides[0])
  }

  /// Creates images from their bytes, one after the other, channel after channel.
  init(_ bytes: [UInt8], shape: ImageShape) {
    (self.bytes, start, self.shape, isChannelLast) = (bytes, 0, shape, false)
    imageCount = shape.count > 0 ? bytes.count / shape.count : 0
  }

  var instanceCount: Int { order?.count ?? imageCount }
  var featureCount: Int { shape.count }
  var isFinite: Bool { true }

  /// Returns some of the images, by row.
  func selecting(_ rows: [Int]) -> ByteImages {
    var result = self
    let places = order.map { order in rows.map { order[$0] } } ?? rows
    result.order = places == Array(0..<imageCount) ? nil : places
    return result
  }

  func read(_ rows: Range<Int>, into block: inout InstanceBlock) {
    let (channels, pixels) = (shape.channels, shape.height * shape.width)
    let count = shape.count
    bytes.withUnsafeBufferPointer { bytes in
      block.append(count: rows.count * count) { target in
        var place = 0
        for row in rows {
          let image = start + (order?[row] ?? row) * count
          guard isChannelLast, channels > 1 else {
            for value in 0..<count { target[place + value] = Float(bytes[image + value]) }
            place += count
            continue
          }
          for channel in 0..<channels {
            for pixel in 0..<pixels { target[place + pixel] = Float(bytes[image + pixel * channels + channel]) }
            place += pixels
          }
        }
      }
    }
  }

  static func == (left: ByteImages, right: ByteImages) -> Bool {
    left.shape == right.shape && left.start == right.start && left.isChannelLast == right.isChannelLast
      && left.order == right.order && left.bytes == right.bytes
  }
}
