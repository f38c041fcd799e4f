using SharpCompress.Common;
using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;

namespace Diffah.Libraries;

/// <summary>
/// Decodes bzip2: any number of streams, one after the other (what pbzip2 writes). All checksums are verified.
/// </summary>
/// <param name="input">The compressed bytes; not owned.</param>
internal sealed class Bzip2Decoder(Stream input) : IPullDecoder
{
    private BZip2Stream? _stream;

    public int Read(byte[] buffer, int count)
    {
        try
        {
            // Making it decodes the first block already.
            _stream ??= BZip2Stream.Create(
                input, CompressionMode.Decompress, decompressConcatenated: true, leaveOpen: true);
            return _stream.Read(buffer, 0, count);
        }
        catch (Exception e) when (e is SharpCompressException or IndexOutOfRangeException)
        {
            throw new CompressionFaultException(e.Message.TrimEnd('.'), e);
        }
    }

    public void Dispose() => _stream?.Dispose();
}
