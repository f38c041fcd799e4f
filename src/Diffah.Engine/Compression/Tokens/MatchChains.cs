using System.Numerics;

namespace Diffah.Engine.Compression.Tokens;

/// <summary>Where the next bytes stood before: chains of places from the nearest back.</summary>
internal sealed class MatchChains
{
    private const int LeastHeadLog = 15;
    private const int MostHeadLog = 20;
    private const int ShortLog = 15;
    private const uint Multiplier = 0x9E3779B1;

    // What is kept of a place is overwritten a window later.
    private const int Margin = 4;

    private readonly ContentBuffer _content;
    private readonly TokenSettings _settings;
    private readonly int[] _heads;
    private readonly int _headShift;
    private readonly int[]? _short;
    private readonly int[] _links;
    private int _inserted;

    public MatchChains(ContentBuffer content, TokenSettings settings)
    {
        (_content, _settings) = (content, settings);
        var headLog = Math.Clamp(BitOperations.Log2((uint)settings.Window) + 1, LeastHeadLog, MostHeadLog);
        (_heads, _headShift) = (new int[1 << headLog], 64 - headLog);
        _links = new int[settings.Window];
        if (settings.WorthIt < settings.HashBytes)
            _short = new int[1 << ShortLog];
    }

    /// <summary>Has all places before one in the chains, as far as the window reaches.</summary>
    public void Insert(int until)
    {
        until = Math.Min(until, _content.Length - sizeof(ulong));
        var from = Math.Max(_inserted, until - _settings.Window);
        for (var at = from; at < until; at++)
        {
            var slot = Slot(at);
            _links[at & (_settings.Window - 1)] = _heads[slot];
            _heads[slot] = at + 1;
            if (_short is not null)
                _short[ShortSlot(at)] = at + 1;
        }
        _inserted = Math.Max(_inserted, until);
    }

    /// <summary>Begins to look for places before one; they come nearest first.</summary>
    public Walk From(int position) => new(this, position);

    private int Slot(int at)
    {
        var key = _settings.HashBytes switch
        {
            3 => (ulong)(_content.Four(at) << 8) << 32,
            4 => (ulong)_content.Four(at) << 32,
            _ => _content.Eight(at) << 24,
        };
        return (int)((key * 0x9E3779B97F4A7C15) >> _headShift);
    }

    private int ShortSlot(int at) => (int)(((_content.Four(at) << 8) * Multiplier) >> (32 - ShortLog));

    /// <summary>A look at a chain.</summary>
    internal ref struct Walk
    {
        private readonly MatchChains _chains;
        private readonly int _position;
        private readonly int _least;
        private int _next;
        private int _short;

        public Walk(MatchChains chains, int position)
        {
            (_chains, _position) = (chains, position);
            _least = Math.Max(0, position - chains._settings.Window + Margin);
            if (position >= chains._content.Length - sizeof(ulong))
                return;
            _next = Before(chains._heads[chains.Slot(position)]);
            _short = chains._short is { } places ? places[chains.ShortSlot(position)] : 0;
            if (_short > position || _short <= _least)
                _short = 0;
        }

        /// <summary>The next place; -1 for none.</summary>
        public int Next()
        {
            // The one place with few equal bytes comes first where it is nearest.
            if (_short > 0)
            {
                var place = _short;
                _short = 0;
                if (place > _next)
                    return place - 1;
            }
            if (_next <= _least)
                return -1;
            var found = _next - 1;
            _next = _chains._links[found & (_chains._settings.Window - 1)];
            if (_next > found)
                _next = 0;
            return found;
        }

        private readonly int Before(int next)
        {
            while (next > _position && next > _least)
                next = _chains._links[(next - 1) & (_chains._settings.Window - 1)];
            return next;
        }
    }
}
