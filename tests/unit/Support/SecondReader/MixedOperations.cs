using static Diffah.Tests.Support.SecondReader.MixNumbers;

namespace Diffah.Tests.Support.SecondReader;

/// <summary>Operations of a class that a model tells (context-mixing.md, "Operations").</summary>
internal sealed class MixedOperations(RangeReader coder, int slotBits)
{
    private const int Most = 1 << 22;
    private const int Recents = 8;
    private const int Nothing = 12;

    private readonly SymbolReader _symbols = new(coder, contexts: 7, kinds: 8, slotBits);

    // Of the operation before, in whatever file.
    private uint _seeks;
    private uint _copied;
    private uint _inserted;
    private uint _end;
    private long _jump;

    // Of the file.
    private List<long> _recent = [];
    private int _place;
    private int _oldEnd;

    private uint CopiedLength => Length(_copied);

    private uint InsertedLength => Length(_inserted);

    /// <summary>The operations of a file.</summary>
    public List<Operation> Read(bool byEnds, int length, byte[] old)
    {
        _recent = [.. Enumerable.Repeat(0L, Recents)];
        (_place, _oldEnd) = (0, 0);
        var operations = new List<Operation>();
        var count = _symbols.Count(Math.Min(Most, length), 0, 0, Length(length), byEnds ? 1u : 0);
        for (var left = count; left > 0; left--)
        {
            var operation = ReadOne(byEnds, length - _place, old, left == 1);
            if (operation.Add + operation.Insert == 0)
                throw new InvalidDataException("an operation does nothing");
            operations.Add(operation);
            _place += operation.Add + operation.Insert;
        }
        return _place == length ? operations : throw new InvalidDataException("operations leave something out");
    }

    private Operation ReadOne(bool byEnds, int left, byte[] old, bool isLast)
    {
        var kind = (uint)_symbols.Small(1,
            _seeks & 0xF, _seeks & 0xFF, Hash(CopiedLength, InsertedLength), Hash(_seeks & 0xF, _inserted),
            _seeks & 0xFFFF, Hash(_seeks & 0xF, CopiedLength, InsertedLength), Hash(_copied, _inserted));
        var (place, add) = (0, 0);
        if (kind != Nothing)
        {
            place = ReadPlace(kind, byEnds, old);
            var most = Math.Min(old.Length - place, left);
            add = byEnds ? ReadByEnd(kind, old.AsSpan(place, most)) : ReadAdd(kind, most);
            _oldEnd = place + add;
        }
        var insert = isLast ? left - add : ReadInsert(kind, byEnds, add, left - add, old);
        _seeks = (_seeks << 4) | kind;
        (_copied, _inserted) = ((uint)add, (uint)insert);
        return new Operation(place, add, insert);
    }

    private int ReadPlace(uint kind, bool byEnds, byte[] old)
    {
        var alignment = kind switch
        {
            < Recents => _recent[(int)kind],
            8 => _oldEnd - (long)_place,
            9 or 10 => _oldEnd + (kind == 9 ? 1 : -1) * ReadNear(kind, byEnds) - _place,
            11 => unchecked(_recent[0] + ReadJump()),
            _ => throw new InvalidDataException("a seek is of no kind"),
        };
        var place = unchecked(_place + alignment);
        if (place < 0 || place >= old.Length)
            throw new InvalidDataException("an operation begins outside of the old bytes");
        _recent.RemoveAt(kind < Recents ? (int)kind : Recents - 1);
        _recent.Insert(0, alignment);
        return (int)place;
    }

    private long ReadNear(uint kind, bool byEnds)
    {
        _jump = 1 + _symbols.Count(255, 3,
            kind, Hash(kind, _inserted), Hash(kind, InsertedLength, CopiedLength), byEnds ? 1u : 0,
            Hash(kind, _seeks & 0xFF), Hash(kind, (uint)_jump), _end);
        return _jump;
    }

    private long ReadJump()
    {
        _jump = _symbols.Signed(2,
            0, Hash(CopiedLength, InsertedLength), Length(_jump), Hash(_seeks & 0xF, Length(_jump)), (uint)_jump,
            CopiedLength, InsertedLength);
        return _jump;
    }

    private int ReadAdd(uint kind, int most)
    {
        var add = _symbols.Count(most, 4,
            kind, Hash(kind, InsertedLength), Hash(kind, CopiedLength), Hash(kind, CopiedLength, InsertedLength),
            Hash(kind, _copied), Hash(kind, _seeks & 0xFF), Hash(kind, _inserted, _copied));
        return add == 0 ? most : add;
    }

    private int ReadByEnd(uint kind, ReadOnlySpan<byte> within)
    {
        if (within.IsEmpty)
            throw new InvalidDataException("an operation copies nothing");
        uint first = within[0];
        uint end = _symbols.Byte(7,
            _end, Hash(kind, _end), Hash(kind, _inserted), Hash(_end, InsertedLength, CopiedLength),
            Hash(_seeks & 0xFF, _end), within.Length > 1 ? Hash(first, within[1]) : 0, Hash(kind, first));
        var times = _symbols.Count(within.Length, 6,
            end, Hash(kind, end), Hash(_end, end, _copied), Hash(end, InsertedLength, CopiedLength),
            Hash(_seeks & 0xFF, end), Hash(end, _inserted), Hash(end, first));
        _end = end;
        for (var at = 0; at < within.Length; at++)
        {
            if (within[at] == end && --times == 0)
                return at + 1;
        }
        throw new InvalidDataException("an operation ends nowhere");
    }

    private int ReadInsert(uint kind, bool byEnds, int add, int left, byte[] old)
    {
        var (length, end) = (Length(add), byEnds ? _end + 1 : 0);
        var next = byEnds && _oldEnd < old.Length ? old[_oldEnd] : 0u;
        return _symbols.Count(left, 5,
            Hash(kind, end), Hash(kind, length), Hash(kind, InsertedLength), Hash(length, InsertedLength, end),
            Hash((uint)add, _inserted), Hash(kind, _inserted, end), Hash(_seeks & 0xFF, kind, next));
    }
}
