using System.Buffers.Binary;

namespace Diffah.Engine.Images.Packages.Rpm;

/// <summary>
/// The pages of an SQLite database: those of the file, and those of its write-ahead log that took their place
/// (sqlite.org/fileformat2.html, section 4).
/// </summary>
internal sealed class SqlitePages
{
    private const int LogHeaderLength = 32;
    private const int FrameHeaderLength = 24;
    private const uint LogMagic = 0x377F0682;
    private const uint LogVersion = 3007000;

    private readonly Stream _file;
    private readonly Stream? _log;
    private readonly int _pageSize;
    private readonly Dictionary<int, long> _logged = [];

    private SqlitePages(Stream file, Stream? log, int pageSize)
    {
        (_file, _log, _pageSize) = (file, log, pageSize);
        Count = (int)Math.Min(file.Length / pageSize, int.MaxValue - 1);
    }

    /// <summary>How many pages there are; the first has number 1.</summary>
    public int Count { get; private set; }

    /// <summary>Opens the pages of a database.</summary>
    /// <param name="file">The file.</param>
    /// <param name="log">The log; null for none.</param>
    /// <param name="pageSize">Bytes of a page.</param>
    public static SqlitePages Open(Stream file, Stream? log, int pageSize)
    {
        var pages = new SqlitePages(file, log, pageSize);
        if (log is not null)
            pages.ReadLog(log);
        return pages;
    }

    /// <summary>Reads a page.</summary>
    /// <param name="number">Its number.</param>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    public byte[] Read(int number)
    {
        var page = new byte[_pageSize];
        var (source, at) = _logged.TryGetValue(number, out var logged)
            ? (_log!, logged)
            : (_file, (number - 1L) * _pageSize);
        if (at > source.Length - _pageSize)
            throw new InvalidDataException("it is cut short");
        source.Position = at;
        source.ReadExactly(page);
        return page;
    }

    // What was written up to the last whole commit counts. A log of another run, or a torn end, counts for nothing.
    private void ReadLog(Stream log)
    {
        var header = new byte[LogHeaderLength];
        log.Position = 0;
        if (log.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
            || (Number(header, 0) & ~1u) != LogMagic || Number(header, 4) != LogVersion
            || Number(header, 8) != _pageSize)
            return;
        var sum = new LogChecksum(isBigEndian: (Number(header, 0) & 1) != 0);
        sum.Add(header.AsSpan(0, 24));
        if (!sum.Is(header.AsSpan(24)))
            return;
        var frame = new byte[FrameHeaderLength + _pageSize];
        var waiting = new Dictionary<int, long>();
        while (log.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length
            && frame.AsSpan(8, 8).SequenceEqual(header.AsSpan(16, 8)))
        {
            sum.Add(frame.AsSpan(0, 8));
            sum.Add(frame.AsSpan(FrameHeaderLength));
            if (!sum.Is(frame.AsSpan(16)))
                return;
            waiting[(int)Number(frame, 0)] = log.Position - _pageSize;
            if (Number(frame, 4) is > 0 and < int.MaxValue and var count)
                Commit(waiting, (int)count);
        }
    }

    private void Commit(Dictionary<int, long> waiting, int count)
    {
        foreach (var (page, at) in waiting)
            _logged[page] = at;
        waiting.Clear();
        // No more pages than there are bytes for: the number is from outside, and memory is taken by it.
        Count = (int)Math.Min(count, (_file.Length + _log!.Length) / _pageSize);
    }

    private static uint Number(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));

    /// <summary>The running checksum of a log.</summary>
    private sealed class LogChecksum(bool isBigEndian)
    {
        private uint _first;
        private uint _second;

        public void Add(ReadOnlySpan<byte> bytes)
        {
            for (var at = 0; at < bytes.Length; at += 8)
            {
                _first += Word(bytes[at..]) + _second;
                _second += Word(bytes[(at + 4)..]) + _first;
            }
        }

        public bool Is(ReadOnlySpan<byte> stored) =>
            BinaryPrimitives.ReadUInt32BigEndian(stored) == _first
            && BinaryPrimitives.ReadUInt32BigEndian(stored[4..]) == _second;

        private uint Word(ReadOnlySpan<byte> bytes) => isBigEndian
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
