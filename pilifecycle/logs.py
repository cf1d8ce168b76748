"""Log records without values (law 1)."""

import logging


class Bare(logging.Filter):
    """Keep the class, place and code of an exception; never its text, which may hold what a database was given."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0]:
            kind, _value, trace = record.exc_info
            while trace and trace.tb_next:
                trace = trace.tb_next
            place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
            record.msg, record.args = f"{record.msg if not record.args else 'error'} [{kind.__name__} at {place}]", ()
            record.exc_info = record.exc_text = None
        return True
