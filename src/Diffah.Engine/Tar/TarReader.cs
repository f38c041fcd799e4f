using System.Buffers;
using Diffah.Engine.Compression;

namespace Diffah.Engine.Tar;

/// <summary>
/// Reads a tar of any kind from start to end: v7, ustar, pax, GNU, star. It needs to know where entries are and what
/// they are called, and refuses only what leaves that open; what else a header says is kept raw. The rules where
/// formats are vague are those of Go's archive/tar, since that is what unpacks images.
/// </summary>
/// <param name="tar">The tar; not owned. Where it can seek, contents are not read to be passed over.</param>
internal sealed class TarReader(Stream tar)
{
    // Of one entry: a long path or a large attribute takes some kilobytes, a map of a million runs some megabytes.
    private const int MaximumExtendedHeader = 1024 * 1024;
    private const int MaximumRawHeader = 16 * 1024 * 1024;

    private readonly byte[] _block = new byte[TarHeader.BlockSize];
    private readonly byte[] _passed = new byte[TarHeader.BlockSize];
    private int _passedLength;
    private long _position;
    private long _contentLeft;
    private int _padding;

    /// <summary>
    /// What fills up the block that the content of the entry before ends in; nothing where the tar can seek, since
    /// nobody reads it there.
    /// </summary>
    public ReadOnlySpan<byte> PaddingBefore => _passed.AsSpan(0, _passedLength);

    /// <summary>Goes to the next entry; what is left of the last one's content is passed over.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The entry; null at the end, with or without the blocks that mark it.</returns>
    /// <exception cref="InvalidDataException">The tar is damaged or cut short.</exception>
    public TarEntry? Next(CancellationToken cancellationToken)
    {
        PassContent(cancellationToken);
        var entry = new EntryBuilder(_position);
        while (ReadBlock(isOptional: true))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var header = new TarHeader(_block);
            if (header.IsZero)
                return null;
            if (!header.IsIntact)
                throw new InvalidDataException($"there is no header at byte {_position - TarHeader.BlockSize}");
            entry.Append(_block);
            if (ReadExtended(header, entry))
                continue;
            return Finish(header, entry);
        }
        return entry.IsEmpty ? null : throw CutShort();
    }

    /// <summary>
    /// The stored content of the entry that was reached last, from where it was left; it is not to be used after the
    /// next.
    /// </summary>
    public Stream OpenContent() => new ContentStream(this);

    /// <summary>Reads stored content of the entry that was reached last.</summary>
    /// <param name="buffer">Where to.</param>
    /// <returns>Bytes read; 0 at the end.</returns>
    /// <exception cref="InvalidDataException">The tar ends before.</exception>
    public int Read(Span<byte> buffer) => Advance(tar.Read(Fitting(buffer)), buffer.Length);

    private Span<byte> Fitting(Span<byte> buffer) => buffer[..(int)Math.Min(buffer.Length, _contentLeft)];

    private int Advance(int read, int wanted)
    {
        if (read == 0 && wanted > 0 && _contentLeft > 0)
            throw CutShort();
        _position += read;
        _contentLeft -= read;
        return read;
    }

    // True where the header only tells of the one that follows.
    private bool ReadExtended(TarHeader header, EntryBuilder entry)
    {
        switch (header.Type)
        {
            case (byte)'x':
                entry.Pax = PaxRecords.Read(ReadSmall(header, entry));
                return true;
            case (byte)'g':
                // Neither Docker nor containerd lets a global header change the names or sizes of entries.
                ReadSmall(header, entry);
                entry.HasGlobalHeader = true;
                return true;
            case (byte)'L':
                entry.LongName = TarText.Read(ReadSmall(header, entry));
                return true;
            case (byte)'K':
                entry.LongLink = TarText.Read(ReadSmall(header, entry));
                return true;
            default:
                return false;
        }
    }

    private TarEntry Finish(TarHeader header, EntryBuilder entry)
    {
        entry.Describe(header);
        if (header.Type == (byte)'S')
            entry.Sparse = OldSparse.Read(
                _block, () => { ReadBlock(isOptional: false); entry.Append(_block); return _block; });
        BeginContent(entry.Size);
        if (entry.HasMapInContent)
            entry.Sparse = LeadingMap.Read(ReadMapBlock, entry.Pax!);
        return entry.Build(_contentLeft);

        ReadOnlySpan<byte> ReadMapBlock()
        {
            if (_contentLeft < TarHeader.BlockSize)
                throw SparseMap.Damaged();
            ReadBlock(isOptional: false);
            _contentLeft -= TarHeader.BlockSize;
            entry.Append(_block);
            return _block;
        }
    }

    private void BeginContent(long size)
    {
        if (tar.CanSeek && size > tar.Length - tar.Position)
            throw CutShort();
        (_contentLeft, _padding) = (size, (int)(-size & (TarHeader.BlockSize - 1)));
    }

    private ReadOnlySpan<byte> ReadSmall(TarHeader header, EntryBuilder entry)
    {
        var size = header.Size;
        if (size > MaximumExtendedHeader)
            throw new InvalidDataException($"an extended header claims more than {MaximumExtendedHeader} bytes");
        var start = entry.Length;
        for (var left = size; left > 0; left -= TarHeader.BlockSize)
        {
            ReadBlock(isOptional: false);
            entry.Append(_block);
        }
        return entry.Slice(start, (int)size);
    }

    private bool ReadBlock(bool isOptional)
    {
        var read = tar.ReadAtLeast(_block, TarHeader.BlockSize, throwOnEndOfStream: false);
        _position += read;
        return read == TarHeader.BlockSize || (read == 0 && isOptional ? false : throw CutShort());
    }

    private void PassContent(CancellationToken cancellationToken)
    {
        if (tar.CanSeek)
        {
            // Padding that is not there is not missed: there is no header behind it.
            var end = Math.Min(tar.Position + _contentLeft + _padding, tar.Length);
            _position += end - tar.Position;
            tar.Position = end;
        }
        else
        {
            PassByReading(cancellationToken);
        }
        (_contentLeft, _padding) = (0, 0);
    }

    private void PassByReading(CancellationToken cancellationToken)
    {
        if (_contentLeft > 0)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
            try
            {
                while (Read(buffer) > 0)
                    cancellationToken.ThrowIfCancellationRequested();
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        _passedLength = tar.ReadAtLeast(_passed.AsSpan(0, _padding), _padding, throwOnEndOfStream: false);
        _position += _passedLength;
    }

    private static InvalidDataException CutShort() => new("it is cut short");

    /// <summary>Gathers what headers say of one entry.</summary>
    private sealed class EntryBuilder(long offset)
    {
        private readonly ArrayBufferWriter<byte> _raw = new(TarHeader.BlockSize);
        private TarEntryKind _kind;
        private string _name = "";
        private string _link = "";

        public PaxRecords? Pax { get; set; }

        public bool HasGlobalHeader { get; set; }

        public string? LongName { get; set; }

        public string? LongLink { get; set; }

        public Func<long, SparseMap?>? Sparse { get; set; }

        public long Size { get; private set; }

        public bool IsEmpty => _raw.WrittenCount == 0;

        public int Length => _raw.WrittenCount;

        public bool HasMapInContent =>
            _kind == TarEntryKind.File && Pax?["GNU.sparse.major"] == "1" && Pax["GNU.sparse.minor"] == "0";

        public void Append(ReadOnlySpan<byte> bytes)
        {
            if (_raw.WrittenCount + bytes.Length > MaximumRawHeader)
                throw new InvalidDataException($"the headers of an entry take more than {MaximumRawHeader} bytes");
            _raw.Write(bytes);
        }

        public ReadOnlySpan<byte> Slice(int start, int length) => _raw.WrittenSpan.Slice(start, length);

        public void Describe(TarHeader header)
        {
            _name = LongName ?? Pax?["GNU.sparse.name"] ?? Pax?["path"] ?? header.Name;
            _kind = KindOf(header.Type, _name);
            if (_kind is TarEntryKind.HardLink or TarEntryKind.SymbolicLink)
                _link = LongLink ?? Pax?["linkpath"] ?? header.LinkName;
            // Only what may have content has a size: some writers give a hard link the size of its file.
            Size = _kind is TarEntryKind.File or TarEntryKind.Other ? Pax?.Bytes("size") ?? header.Size : 0;
            if (_kind == TarEntryKind.File && Pax is { } pax && !HasMapInContent)
                Sparse = PaxSparse(pax);
        }

        public TarEntry Build(long stored)
        {
            var sparse = Sparse;
            return new TarEntry(sparse is null ? null : () => sparse(stored))
            {
                Name = _name,
                LinkName = _link,
                Kind = _kind,
                HeaderOffset = offset,
                RawHeader = _raw.WrittenMemory,
                StoredSize = stored,
                HasGlobalHeader = HasGlobalHeader,
            };
        }

        // Versions 0.0 and 0.1; the names are GNU tar's.
        private static Func<long, SparseMap?>? PaxSparse(PaxRecords pax) => pax["GNU.sparse.size"] is null
            ? null
            : stored => SparseMap.Create(
                SparseMap.Numbers(pax["GNU.sparse.map"] is { } map ? map.Split(',') : pax.SparseNumbers),
                pax.Bytes("GNU.sparse.size")!.Value, stored);

        private static TarEntryKind KindOf(byte type, string name) => type switch
        {
            0 when name.EndsWith('/') => TarEntryKind.Directory, // v7 has no type for it
            0 or (byte)'0' or (byte)'7' or (byte)'S' => TarEntryKind.File,
            (byte)'1' => TarEntryKind.HardLink,
            (byte)'2' => TarEntryKind.SymbolicLink,
            (byte)'3' or (byte)'4' or (byte)'6' => TarEntryKind.Special,
            (byte)'5' => TarEntryKind.Directory,
            _ => TarEntryKind.Other,
        };
    }

    /// <summary>Content of the entry that was reached last.</summary>
    private sealed class ContentStream(TarReader reader) : ForwardReadStream
    {
        public override int Read(Span<byte> buffer) => reader.Read(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(reader.Read(buffer.Span));
        }
    }
}
