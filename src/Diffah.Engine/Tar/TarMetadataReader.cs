using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Diffah.Engine.Tar;

/// <summary>
/// Reads all that an entry's raw headers say: v7, ustar, pax, GNU, star. What an extended header says goes before what
/// the header says, as for Go's archive/tar. A number that is none counts as 0; how it is written still tells it apart.
/// </summary>
internal ref struct TarMetadataReader
{
    private const int BlockSize = TarHeader.BlockSize;
    private const int ModeBits = 0b111_111_111_111;

    private readonly TarForm _form = new();
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _records;
    private bool _isPax;

    private TarMetadataReader(ReadOnlySpan<byte> raw) => _rest = raw;

    /// <summary>Reads the headers of an entry.</summary>
    /// <param name="entry">The entry.</param>
    public static TarMetadata Read(TarEntry entry) => new TarMetadataReader(entry.RawHeader.Span).Read();

    private TarMetadata Read()
    {
        while (_rest[156] is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K')
            ReadExtended();
        var block = _rest[..BlockSize];
        _form.Add(TarPart.Content, _rest[BlockSize..]); // the map of a sparse file
        var records = TarRecords.Read(_records, _form);
        return Describe(block, records);
    }

    private void ReadExtended()
    {
        var block = _rest[..BlockSize];
        var size = (int)new TarHeader(block).Size;
        var content = _rest.Slice(BlockSize, size);
        var whole = _rest[..(BlockSize + ((size + BlockSize - 1) & ~(BlockSize - 1)))];
        _rest = _rest[whole.Length..];
        switch (block[156])
        {
            case (byte)'x':
                _isPax = true;
                _records = content;
                // Its name may hold a process number; its size and its sum follow from what it holds.
                _form.Add(TarPart.ExtendedHeader, block[..124]);
                _form.Add(TarPart.ExtendedHeader, block[156..]);
                _form.Add(TarPart.ExtendedTime, block.Slice(136, 12));
                break;
            case (byte)'L':
                _form.Add(TarPart.Name, whole);
                break;
            case (byte)'K':
                _form.Add(TarPart.Link, whole);
                break;
            default:
                _form.Add(TarPart.Header, whole);
                break;
        }
    }

    private readonly TarMetadata Describe(ReadOnlySpan<byte> block, TarRecords records)
    {
        var header = new HeaderFields(block);
        header.AddTo(_form);
        var isDevice = block[156] is (byte)'3' or (byte)'4';
        return new TarMetadata
        {
            Type = block[156],
            Format = _isPax ? "pax" : header.Format,
            Mode = (int)(header.Mode & ModeBits),
            UserId = records.Number("uid") ?? header.UserId,
            GroupId = records.Number("gid") ?? header.GroupId,
            UserName = records.Text("uname") ?? header.UserName,
            GroupName = records.Text("gname") ?? header.GroupName,
            ModifiedTime = records.Time("mtime") ?? new TarTime(header.ModifiedTime, 0),
            AccessTime = records.Time("atime") ?? header.AccessTime,
            ChangeTime = records.Time("ctime") ?? header.ChangeTime,
            DeviceMajor = isDevice ? records.Number("SCHILY.devmajor") ?? header.DeviceMajor : 0,
            DeviceMinor = isDevice ? records.Number("SCHILY.devminor") ?? header.DeviceMinor : 0,
            Attributes = records.Attributes,
            Form = _form,
        };
    }

    /// <summary>The fields of the header that an entry always has.</summary>
    private readonly ref struct HeaderFields(ReadOnlySpan<byte> block)
    {
        private readonly ReadOnlySpan<byte> _block = block;

        public string Format => IsStar ? "star" : IsUstar ? "ustar" : IsGnu ? "gnu" : "v7";

        public long Mode => Number(100, 8);

        public long UserId => Number(108, 8);

        public long GroupId => Number(116, 8);

        public long ModifiedTime => Number(136, 12);

        public string UserName => HasNames ? TarText.Read(_block.Slice(265, 32)) : "";

        public string GroupName => HasNames ? TarText.Read(_block.Slice(297, 32)) : "";

        public long DeviceMajor => HasNames ? Number(329, 8) : 0;

        public long DeviceMinor => HasNames ? Number(337, 8) : 0;

        public TarTime? AccessTime => IsGnu ? Time(345) : IsStar ? Time(476) : null;

        public TarTime? ChangeTime => IsGnu ? Time(357) : IsStar ? Time(488) : null;

        private bool IsUstar => _block.Slice(257, 6).SequenceEqual("ustar\0"u8);

        private bool IsStar => IsUstar && _block.Slice(508, 4).SequenceEqual("tar\0"u8);

        private bool IsGnu => _block.Slice(257, 8).SequenceEqual("ustar  \0"u8);

        private bool HasNames => IsUstar || IsGnu;

        public void AddTo(TarForm form)
        {
            form.Add(TarPart.Name, _block[..100]);
            form.Add(TarPart.Mode, _block.Slice(100, 8));
            form.Add(TarPart.Owner, _block.Slice(108, 8));
            form.Add(TarPart.Group, _block.Slice(116, 8));
            form.Add(TarPart.Content, _block.Slice(124, 12));
            form.Add(TarPart.ModifiedTime, _block.Slice(136, 12));
            form.AddShape(TarPart.Header, _block.Slice(148, 8));
            form.Add(TarPart.Header, _block.Slice(156, 1));
            form.Add(TarPart.Link, _block.Slice(157, 100));
            form.Add(TarPart.Header, _block.Slice(257, 8));
            form.Add(TarPart.Owner, _block.Slice(265, 32));
            form.Add(TarPart.Group, _block.Slice(297, 32));
            form.Add(TarPart.Device, _block.Slice(329, 16));
            AddEnd(form);
        }

        // What follows the fields that all formats share.
        private void AddEnd(TarForm form)
        {
            var (name, times) = IsStar ? (131, 24) : IsGnu ? (0, 24) : IsUstar ? (155, 0) : (0, 0);
            form.Add(TarPart.Name, _block.Slice(345, name));
            form.Add(TarPart.OtherTime, _block.Slice(345 + name, times));
            // GNU's map of a sparse file stands here.
            form.Add(_block[156] == (byte)'S' ? TarPart.Content : TarPart.Header, _block[(345 + name + times)..]);
        }

        private long Number(int at, int length) =>
            TarNumber.TryRead(_block.Slice(at, length), out var value) ? value : 0;

        // Zeros say that there is no time.
        private TarTime? Time(int at) => _block[at] != 0 && Number(at, 12) is not 0 and var seconds
            ? new TarTime(seconds, 0)
            : null;
    }

    /// <summary>What the records of an extended header say.</summary>
    private sealed class TarRecords
    {
        private const string Attribute = "SCHILY.xattr.";
        private const string CodedAttribute = "LIBARCHIVE.xattr.";

        private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
        private readonly ImmutableSortedDictionary<string, TarAttribute>.Builder _attributes =
            ImmutableSortedDictionary.CreateBuilder<string, TarAttribute>(StringComparer.Ordinal);

        public ImmutableSortedDictionary<string, TarAttribute> Attributes => _attributes.ToImmutable();

        public static TarRecords Read(ReadOnlySpan<byte> bytes, TarForm form)
        {
            var records = new TarRecords();
            while (PaxRecords.TryNext(ref bytes, out var key, out var value))
                records.Add(TarText.Read(key), key, value, form);
            if (!bytes.IsEmpty)
                form.Add(TarPart.ExtendedHeader, bytes);
            return records;
        }

        public string? Text(string key) => _texts.GetValueOrDefault(key);

        public long? Number(string key) =>
            long.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;

        public TarTime? Time(string key) => Text(key) is { } text && TarTime.TryParse(text, out var time) ? time : null;

        private void Add(string key, ReadOnlySpan<byte> rawKey, ReadOnlySpan<byte> value, TarForm form)
        {
            var part = PartOf(key);
            form.Add(part, rawKey);
            form.Add(part, value);
            if (part == TarPart.Attributes)
                AddAttribute(key, value);
            else if (value.IsEmpty)
                _texts.Remove(key);
            else if (part is not (TarPart.Header or TarPart.Name or TarPart.Link or TarPart.Content))
                _texts[key] = TarText.Read(value);
        }

        private void AddAttribute(string key, ReadOnlySpan<byte> value)
        {
            if (key.StartsWith(Attribute, StringComparison.Ordinal))
                _attributes[key[Attribute.Length..]] = TarAttribute.Of(value);
            else if (key.StartsWith(CodedAttribute, StringComparison.Ordinal))
                _attributes[Uri.UnescapeDataString(key[CodedAttribute.Length..])] = TarAttribute.Of(Decode(value));
            else
                _attributes[key] = TarAttribute.Of(value);
        }

        // Base64, which libarchive writes without its padding.
        private static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> value)
        {
            var text = Encoding.Latin1.GetString(value.TrimEnd((byte)'='));
            var bytes = new byte[text.Length];
            return Convert.TryFromBase64String(
                text.PadRight((text.Length + 3) & ~3, '='), bytes, out var written) ? bytes.AsSpan(0, written) : value;
        }

        private static TarPart PartOf(string key) => key switch
        {
            "path" or "GNU.sparse.name" => TarPart.Name,
            "linkpath" => TarPart.Link,
            "uid" or "uname" => TarPart.Owner,
            "gid" or "gname" => TarPart.Group,
            "mtime" => TarPart.ModifiedTime,
            "atime" or "ctime" or "LIBARCHIVE.creationtime" => TarPart.OtherTime,
            "size" => TarPart.Content,
            "SCHILY.devmajor" or "SCHILY.devminor" => TarPart.Device,
            "RHT.security.selinux" => TarPart.Attributes,
            _ when key.StartsWith("GNU.sparse.", StringComparison.Ordinal) => TarPart.Content,
            _ when key.StartsWith(Attribute, StringComparison.Ordinal)
                || key.StartsWith(CodedAttribute, StringComparison.Ordinal)
                || key.StartsWith("SCHILY.acl.", StringComparison.Ordinal)
                || key.StartsWith("SCHILY.fflags", StringComparison.Ordinal) => TarPart.Attributes,
            _ => TarPart.Header,
        };
    }
}
