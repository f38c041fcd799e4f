using System.Buffers;
using System.Text;
using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Deltas.OciDelta;

/// <summary>
/// Applies a tar-diff patch (containers/tar-diff, file-format.md): operations in a zstd stream, that put a tar together
/// from bytes of their own and from files of the baseline.
/// </summary>
/// <param name="what">The patch, for messages.</param>
/// <param name="files">The baseline's files.</param>
/// <param name="output">Takes what the patch makes; refuses more than that may have.</param>
internal sealed class TarDiff(
    string what, BaselineFiles files, Func<ReadOnlyMemory<byte>, CancellationToken, Task> output) : IDisposable
{
    private const int BufferSize = 128 * 1024;
    private const int MaximumPath = 4096;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private readonly byte[] _added = ArrayPool<byte>.Shared.Rent(BufferSize);
    private BaselineFile? _file;
    private long _position;

    private static ReadOnlySpan<byte> Magic => "tardf1\n\0"u8;

    private enum Operation : byte
    {
        Data = 0,
        Open = 1,
        Copy = 2,
        AddData = 3,
        Seek = 4,
    }

    /// <summary>Gives what a patch makes.</summary>
    /// <param name="patch">The patch as stored; owned.</param>
    /// <param name="stored">What it is, and what it may cost.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DiffahException">PatchInvalid, BaselineMismatch, ContentTooLarge.</exception>
    public async Task ApplyAsync(Stream patch, StoredContent stored, CancellationToken cancellationToken)
    {
        try
        {
            var magic = new byte[Magic.Length];
            await patch.ReadExactlyAsync(magic, cancellationToken);
            if (!magic.AsSpan().SequenceEqual(Magic))
                throw OciDeltaErrors.BadPatch(what, "it does not begin as a tar-diff does");
            await using var operations = stored.Bound(new ZstdDecompressionStream(patch, stored));
            while (await NextAsync(operations, cancellationToken) is { } operation)
                await RunAsync(operation, operations, cancellationToken);
        }
        catch (Exception e) when (e is EndOfStreamException or InvalidDataException)
        {
            throw OciDeltaErrors.BadPatch(what, "it is damaged or cut short", e);
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        ArrayPool<byte>.Shared.Return(_added);
    }

    private async Task<Operation?> NextAsync(Stream operations, CancellationToken cancellationToken) =>
        await operations.ReadAsync(_buffer.AsMemory(0, 1), cancellationToken) == 0 ? null : (Operation)_buffer[0];

    private async Task RunAsync(Operation operation, Stream operations, CancellationToken cancellationToken)
    {
        var size = await ReadSizeAsync(operations, cancellationToken);
        switch (operation)
        {
            case Operation.Data:
                await InsertAsync(operations, size, cancellationToken);
                break;
            case Operation.Open:
                await OpenAsync(operations, size, cancellationToken);
                break;
            case Operation.Copy:
                await CopyAsync(null, size, cancellationToken);
                break;
            case Operation.AddData:
                await CopyAsync(operations, size, cancellationToken);
                break;
            case Operation.Seek:
                if (size > Opened().Length)
                    throw PastEnd();
                _position = size;
                break;
            default:
                throw OciDeltaErrors.BadPatch(what, $"it has an operation {(byte)operation}, which is not known");
        }
    }

    /// <summary>A number of 7 bits a byte, the lowest first (protocol buffers' varint).</summary>
    private async Task<long> ReadSizeAsync(Stream operations, CancellationToken cancellationToken)
    {
        var size = 0UL;
        for (var shift = 0; shift < 63; shift += 7)
        {
            await operations.ReadExactlyAsync(_buffer.AsMemory(0, 1), cancellationToken);
            size |= (ulong)(_buffer[0] & 0x7f) << shift;
            if (_buffer[0] < 0x80)
                return (long)size;
        }
        throw OciDeltaErrors.BadPatch(what, "a size in it is larger than any file");
    }

    private async Task InsertAsync(Stream operations, long size, CancellationToken cancellationToken)
    {
        for (var left = size; left > 0;)
        {
            var part = _buffer.AsMemory(0, (int)Math.Min(left, BufferSize));
            await operations.ReadExactlyAsync(part, cancellationToken);
            await output(part, cancellationToken);
            left -= part.Length;
        }
    }

    private async Task OpenAsync(Stream operations, long size, CancellationToken cancellationToken)
    {
        if (size > MaximumPath)
            throw OciDeltaErrors.BadPatch(what, $"a path in it has more than {MaximumPath} bytes");
        var bytes = _buffer.AsMemory(0, (int)size);
        await operations.ReadExactlyAsync(bytes, cancellationToken);
        var name = Encoding.UTF8.GetString(bytes.Span);
        var path = TarPath.TryNormalize(name)
            ?? throw OciDeltaErrors.BadPatch(what, $"the path '{ShortText.Cut(name, 80)}' leads out of the image");
        _file?.Dispose();
        (_file, _position) = (null, 0);
        _file = await files.FindAsync(path, cancellationToken)
            ?? throw OciDeltaErrors.WrongBaseline(
                $"The {what} needs the file '{ShortText.Cut(path, 80)}', and the baseline has no such file.");
    }

    /// <summary>Bytes of the baseline's file, with what the patch adds to each of them where it has any.</summary>
    private async Task CopyAsync(Stream? added, long size, CancellationToken cancellationToken)
    {
        var file = Opened();
        if (size > file.Length - _position)
            throw PastEnd();
        for (var left = size; left > 0;)
        {
            var part = _buffer.AsMemory(0, (int)Math.Min(left, BufferSize));
            file.Read(_position, part.Span);
            if (added is not null)
            {
                var more = _added.AsMemory(0, part.Length);
                await added.ReadExactlyAsync(more, cancellationToken);
                Add(part.Span, more.Span);
            }
            await output(part, cancellationToken);
            (left, _position) = (left - part.Length, _position + part.Length);
        }
    }

    private static void Add(Span<byte> bytes, ReadOnlySpan<byte> added)
    {
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = unchecked((byte)(bytes[i] + added[i]));
    }

    private BaselineFile Opened() =>
        _file ?? throw OciDeltaErrors.BadPatch(what, "it reads a file before it says which");

    private DiffahException PastEnd() => OciDeltaErrors.WrongBaseline(
        $"The {what} reads past the end of a file of the baseline: the file is another than it was made from.");
}
