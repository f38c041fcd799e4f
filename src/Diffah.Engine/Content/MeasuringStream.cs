using System.Security.Cryptography;
using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Content;

/// <summary>Reads content whose digest is known and whose length is not, and measures the length.</summary>
/// <param name="source">The content; owned.</param>
/// <param name="expected">The digest it should have.</param>
/// <param name="maximum">The most bytes that are read.</param>
/// <param name="what">The name of the content, for error messages.</param>
internal sealed class MeasuringStream(Stream source, Digest expected, long maximum, string what) : ForwardReadStream
{
    private readonly IncrementalHash _hash = expected.CreateHash();

    /// <summary>Bytes read so far.</summary>
    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        var read = source.Read(buffer);
        Take(buffer[..read]);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken);
        Take(buffer.Span[..read]);
        return read;
    }

    /// <summary>Checks the digest of all bytes that were read. Call it once, at the end.</summary>
    /// <exception cref="DiffahException">DigestMismatch.</exception>
    public void Verify()
    {
        var actual = Digest.FromHash(expected.Algorithm, _hash.GetHashAndReset());
        if (actual != expected)
            throw new DiffahException(DiffahErrors.DigestMismatch, $"{what} has the digest {actual}, not {expected}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            source.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        Position += bytes.Length;
        if (Position > maximum)
            throw new DiffahException(
                DiffahErrors.SizeMismatch, $"{what} is longer than the {maximum} bytes that are read.");
        _hash.AppendData(bytes);
    }
}
