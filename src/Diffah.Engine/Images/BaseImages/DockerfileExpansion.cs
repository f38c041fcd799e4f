using System.Text;

namespace Diffah.Engine.Images.BaseImages;

/// <summary>Puts the values of variables into a word, and takes quotes and escapes away.</summary>
internal sealed class DockerfileExpansion
{
    // Words in words. Nobody writes many, and each takes of the stack.
    private const int MaximumDepth = 50;

    private readonly string _word;
    private readonly char _escape;
    private readonly DockerfileScope _scope;
    private readonly Func<string, Exception> _fault;
    private int _at;
    private int _depth;

    private DockerfileExpansion(string word, char escape, DockerfileScope scope, Func<string, Exception> fault) =>
        (_word, _escape, _scope, _fault) = (word, escape, scope, fault);

    /// <summary>Expands a word.</summary>
    /// <param name="word">The word, as written.</param>
    /// <param name="escape">The character that escapes.</param>
    /// <param name="scope">The variables.</param>
    /// <param name="fault">Makes the error of a rule that is broken.</param>
    public static DockerfileValue Run(
        string word, char escape, DockerfileScope scope, Func<string, Exception> fault) =>
        new DockerfileExpansion(word, escape, scope, fault).ReadTo(null, keepsEscapes: false);

    /// <summary>Reads to a character that ends a part, or to the word's end.</summary>
    private DockerfileValue ReadTo(char? end, bool keepsEscapes)
    {
        if (++_depth > MaximumDepth)
            throw _fault("there are too many substitutions within one another");
        var text = new PieceList(this);
        while (_at < _word.Length && _word[_at] != end)
        {
            switch (_word[_at])
            {
                case '\'':
                    text.Add(ReadLiteral());
                    break;
                case '"':
                    text.Add(ReadQuoted(keepsEscapes));
                    break;
                case '$':
                    text.Add(ReadVariable());
                    break;
                case var c when c == _escape:
                    text.Add(ReadEscaped(keepsEscapes));
                    break;
                default:
                    text.Add(_word[_at++].ToString());
                    break;
            }
        }
        if (end is not null && _at++ >= _word.Length)
            throw _fault($"a substitution lacks its '{end}'");
        _depth--;
        return text.ToValue();
    }

    private string ReadEscaped(bool keepsEscapes)
    {
        var start = keepsEscapes ? _at : _at + 1;
        _at = Math.Min(_at + 2, _word.Length);
        return _word[Math.Min(start, _at).._at];
    }

    private string ReadLiteral()
    {
        var close = _word.IndexOf('\'', _at + 1);
        if (close < 0)
            throw _fault("a single quote is never closed");
        var literal = _word[(_at + 1)..close];
        _at = close + 1;
        return literal;
    }

    private DockerfileValue ReadQuoted(bool keepsEscapes)
    {
        _at++;
        var text = new PieceList(this);
        while (_at < _word.Length)
        {
            var c = _word[_at];
            if (c == '"')
            {
                _at++;
                return text.ToValue();
            }
            if (c == '$')
                text.Add(ReadVariable());
            else if (c == _escape && _at + 1 < _word.Length && DockerfileWords.IsEscapable(_word[_at + 1], _escape))
                text.Add(ReadEscaped(keepsEscapes));
            else
                text.Add(_word[_at++].ToString());
        }
        throw _fault("a double quote is never closed");
    }

    private DockerfileValue ReadVariable()
    {
        _at++;
        if (_at < _word.Length && _word[_at] == '{')
        {
            _at++;
            return ReadBraces();
        }
        var name = ReadName();
        return name.Length == 0 ? new DockerfileValue("$") : ValueOf(name);
    }

    private DockerfileValue ReadBraces()
    {
        var name = ReadName();
        if (name.Length == 0)
            throw _fault("a substitution names no variable");
        switch (Take())
        {
            case '}':
                return ValueOf(name);
            case ':':
                return ReadModifier(name, Take(), emptyIsUnset: true);
            case '/':
                return ReadReplacement(name);
            case var modifier:
                return ReadModifier(name, modifier, emptyIsUnset: false);
        }
    }

    private DockerfileValue ReadModifier(string name, char modifier, bool emptyIsUnset)
    {
        var isPattern = modifier is '#' or '%' && !emptyIsUnset;
        if (!isPattern && modifier is not ('-' or '+' or '?'))
            throw _fault($"the substitution of '{name}' has a modifier that is not known: "
                + $"'{(emptyIsUnset ? ":" : "")}{modifier}'");
        var word = ReadTo('}', keepsEscapes: isPattern);
        if (isPattern)
            return Trim(ValueOf(name), modifier, word);
        var value = _scope.Find(name);
        var isSet = value is not null && !(emptyIsUnset && value.Text.Length == 0);
        return modifier switch
        {
            '-' => isSet ? value! : word,
            '+' => isSet ? word : new DockerfileValue(""),
            _ => isSet ? value! : throw _fault($"'{name}' has no value: "
                + (word.Text.Length == 0 ? "the file wants one" : DockerfileFaults.Quoted(word.Text))),
        };
    }

    private DockerfileValue Trim(DockerfileValue value, char modifier, DockerfileValue word)
    {
        var isLongest = word.Text.StartsWith(modifier);
        var pattern = PatternOf(isLongest ? word.Text[1..] : word.Text, value, 1);
        return value with { Text = pattern.Trim(value.Text, fromEnd: modifier == '%', isLongest) };
    }

    private DockerfileValue ReadReplacement(string name)
    {
        var isAll = _at < _word.Length && _word[_at] == '/';
        if (isAll)
            _at++;
        var pattern = ReadTo('/', keepsEscapes: true);
        var replacement = ReadTo('}', keepsEscapes: true);
        var value = ValueOf(name);
        var text = new PieceList(this);
        var places = value.Text.Length + 1;
        foreach (var piece in PatternOf(pattern.Text, value, places).Replace(value.Text, replacement.Text, isAll))
            text.Add(piece);
        return value with { Text = text.ToValue().Text };
    }

    private DockerfilePattern PatternOf(string text, DockerfileValue value, int places)
    {
        var pattern = DockerfilePattern.TryParse(text)
            ?? throw _fault($"{DockerfileFaults.Quoted(text)} is no pattern: only *, ?, \\, / and }} can be escaped");
        Spend(pattern.Cost(value.Text) * places);
        return pattern;
    }

    private char Take() => _at < _word.Length ? _word[_at++] : throw _fault("a substitution lacks its '}'");

    // As shells have them: a number, one of the special ones, or letters, digits and underscores.
    private string ReadName()
    {
        const string special = "@*#?-$!";
        var start = _at;
        if (_at < _word.Length && special.Contains(_word[_at], StringComparison.Ordinal))
            _at++;
        else if (_at < _word.Length && char.IsAsciiDigit(_word[_at]))
            while (_at < _word.Length && char.IsAsciiDigit(_word[_at]))
                _at++;
        else
            while (_at < _word.Length && (char.IsLetterOrDigit(_word[_at]) || _word[_at] == '_'))
                _at++;
        return _word[start.._at];
    }

    private DockerfileValue ValueOf(string name) => _scope.Find(name) ?? new DockerfileValue("", name);

    private void Spend(long steps)
    {
        if (!_scope.TrySpend(steps))
            throw _fault("the substitutions up to here take more work than is done for a file");
    }

    /// <summary>Pieces of a value that is put together.</summary>
    private sealed class PieceList(DockerfileExpansion owner)
    {
        private readonly StringBuilder _text = new();
        private string? _missing;

        public void Add(string text)
        {
            owner.Spend(text.Length);
            if (_text.Length + text.Length > DockerfileScope.MaximumValue)
                throw owner._fault($"a value has more than {DockerfileScope.MaximumValue} characters");
            _text.Append(text);
        }

        public void Add(DockerfileValue value)
        {
            Add(value.Text);
            _missing ??= value.Missing;
        }

        public DockerfileValue ToValue() => new(_text.ToString(), _missing);
    }
}
